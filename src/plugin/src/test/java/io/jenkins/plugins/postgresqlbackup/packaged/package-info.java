/** Tests of the hpi itself, as it is installed: what is in it, and that it works with nothing but its own jars and the plugins it asks for. */
package io.jenkins.plugins.postgresqlbackup.packaged;
