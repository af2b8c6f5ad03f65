package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;

/** Takes large objects one after another: {@code begin}, any number of {@code content}, {@code end}. */
public interface LargeObjectSink {
    void begin(LargeObject object) throws IOException;

    void content(byte[] bytes, int offset, int length) throws IOException;

    void end() throws IOException;
}
