package io.jenkins.plugins.postgresqlbackup.agent;

import io.jenkins.plugins.postgresqlbackup.engine.operation.Progress;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;

/**
 * What an operation finds on its node.
 *
 * @param progress where to tell how far it is
 * @param programs directories to look for PostgreSQL's programs in, before the usual ones
 * @param log the build's log
 */
record Work(Progress progress, List<Path> programs, PrintStream log) {}
