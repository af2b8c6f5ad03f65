package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A schema archive as a file, because pg_restore must be able to seek in it, and the list of what to take from it. Only
 * their owner may read them; they are gone after {@link #close}.
 */
final class SchemaArchive implements AutoCloseable {
    private final PrivateFile archive;
    private final List<PrivateFile> lists = new ArrayList<>();
    private final Path directory;

    private SchemaArchive(Path directory, PrivateFile archive) {
        this.directory = directory;
        this.archive = archive;
    }

    /** Reads the stream to its end; whoever opened it closes it. */
    static SchemaArchive store(InputStream content) throws IOException {
        Path directory = Path.of(System.getProperty("java.io.tmpdir"));
        return new SchemaArchive(directory, PrivateFile.create(directory, PrivateFile.SCHEMA, content));
    }

    Path path() {
        return archive.path();
    }

    /** Writes a list for pg_restore's {@code --use-list}: these entries in this order. */
    Path list(List<TocEntry> entries) throws IOException {
        String text = entries.stream().map(entry -> entry.id() + ";\n").collect(Collectors.joining());
        PrivateFile list = PrivateFile.create(directory, PrivateFile.LIST, text.getBytes(StandardCharsets.UTF_8));
        lists.add(list);
        return list.path();
    }

    @Override
    public void close() throws IOException {
        try (archive) {
            for (PrivateFile list : lists) {
                list.close();
            }
        }
    }
}
