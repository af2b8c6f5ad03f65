package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;

/** Takes large objects one after another: {@code begin}, any number of {@code content}, {@code end}. */
public interface LargeObjectSink {
    /** Takes them and does nothing. */
    LargeObjectSink NOWHERE = new LargeObjectSink() {
        @Override
        public void begin(LargeObject object) {
            // nobody wants it
        }

        @Override
        public void content(byte[] bytes, int offset, int length) {
            // nobody wants it
        }

        @Override
        public void end() {
            // nobody wants it
        }
    };

    void begin(LargeObject object) throws IOException;

    void content(byte[] bytes, int offset, int length) throws IOException;

    void end() throws IOException;
}
