/** What the tests of the plugin share: a real database, a repository, and a Jenkins that knows both. */
package io.jenkins.plugins.postgresqlbackup.testing;
