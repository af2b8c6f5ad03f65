package io.jenkins.plugins.postgresqlbackup.engine.archive;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** A decrypting stream whose own failures can be told from those of the stream it reads and of the codec that reads it. */
final class Authenticated extends FilterInputStream {
    /** What was read is not what was sealed under this key with this context. */
    static final class Failure extends IOException {
        private static final long serialVersionUID = 1L;

        Failure(IOException cause) {
            super("it was changed, or sealed under another key, for another repository, backup or place", cause);
        }
    }

    private Failure failure;

    Authenticated(InputStream decrypting) {
        super(decrypting);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        if (failure != null) {
            throw failure;
        }
        try {
            return in.read(bytes, offset, length);
        } catch (IOException e) {
            failure = new Failure(e);
            throw failure;
        }
    }
}
