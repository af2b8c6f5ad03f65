package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;

/** Takes rows as they come. */
@FunctionalInterface
public interface RowSink {
    /** One row's COPY text without its newline. The array may be kept. */
    void row(byte[] bytes, int offset, int length) throws IOException;
}
