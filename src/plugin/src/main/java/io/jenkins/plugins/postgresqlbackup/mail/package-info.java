/** E-mails to the administrators and addresses that the configuration names, by way of the Mailer plugin's server. */
package io.jenkins.plugins.postgresqlbackup.mail;
