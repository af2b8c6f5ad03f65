/**
 * What people ask for on the pages: an operation that a build carries out, with its log, on its node, and to be stopped like any other. One job does them all;
 * the entries must list it, and only the pages can tell it what to do, so that who may start jobs may not do more than who may not.
 */
package io.jenkins.plugins.postgresqlbackup.request;
