package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/** Writes large objects as a script for psql that creates them under their own oids. For one thread; {@link #finish} ends it, the stream stays open. */
public final class LargeObjectScript implements LargeObjectSink {
    private static final int PIECE = 64 * 1024;

    /** Each object takes a lock until its transaction ends, and a server has room for a few thousand. */
    private static final int AT_ONCE = 200;

    private final OutputStream script;
    private final boolean owners;
    private final boolean privileges;
    private LargeObject current;
    private long written;
    private int objects;

    public LargeObjectScript(OutputStream script, boolean owners, boolean privileges) throws IOException {
        this.script = script;
        this.owners = owners;
        this.privileges = privileges;
        write(LoadScript.SESSION);
    }

    @Override
    public void begin(LargeObject object) throws IOException {
        current = object;
        written = 0;
        if (objects % AT_ONCE == 0) {
            write(objects == 0 ? "BEGIN;\n" : "COMMIT;\nBEGIN;\n");
        }
        objects++;
        write("SELECT pg_catalog.lo_create(" + object.oid() + ") AS pgbackup_result \\gset\n");
    }

    @Override
    public void content(byte[] bytes, int offset, int length) throws IOException {
        for (int done = 0; done < length; ) {
            int some = Math.min(length - done, PIECE);
            write("SELECT pg_catalog.lo_put(" + current.oid() + ", " + written + ", '\\x"
                    + HexFormat.of().formatHex(bytes, offset + done, offset + done + some)
                    + "') AS pgbackup_result \\gset\n");
            written += some;
            done += some;
        }
    }

    @Override
    public void end() throws IOException {
        for (String statement : LargeObjectLoader.properties(current, owners, privileges)) {
            write(statement + ";\n");
        }
    }

    /** To be called after the last object. */
    public void finish() throws IOException {
        if (objects > 0) {
            write("COMMIT;\n");
        }
    }

    private void write(String text) throws IOException {
        script.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
