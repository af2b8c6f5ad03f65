package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryStoreTest {
    @TempDir
    Path temp;

    /** The contract, with hard links. */
    @Nested
    class WithLinks implements ObjectStoreContract {
        private ObjectStore store;

        @BeforeEach
        void open() throws IOException {
            store = DirectoryStore.open(temp.resolve("store"), true);
        }

        @Override
        public ObjectStore store() {
            return store;
        }
    }

    /** The contract, on a file system that has no hard links. */
    @Nested
    class WithoutLinks implements ObjectStoreContract {
        private ObjectStore store;

        @BeforeEach
        void open() throws IOException {
            store = DirectoryStore.open(temp.resolve("store"), true, (link, existing) -> {
                throw new FileSystemException(link.toString(), existing.toString(), "Operation not permitted");
            });
        }

        @Override
        public ObjectStore store() {
            return store;
        }
    }

    @Test
    void onlyTheOwnerMayRead() throws IOException {
        Path root = temp.resolve("a/b");
        DirectoryStore.open(root, true).put("packs/b1/000001", new byte[10]);
        try (Stream<Path> files = Files.walk(temp.resolve("a"))) {
            assertThat(files).hasSizeGreaterThan(4).allSatisfy(file -> {
                String expected = Files.isDirectory(file) ? "rwx------" : "rw-------";
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo(expected);
            });
        }
    }

    @Test
    void whatAWriterThatDiedLeftIsNotListedAndIsRemovedLater() throws IOException {
        Upload abandoned = DirectoryStore.open(temp, false).create("packs/b1/000001");
        abandoned.write(new byte[1000]);
        Path partial = onlyFileIn(temp.resolve(DirectoryStore.PARTIAL));

        ObjectStore later = DirectoryStore.open(temp, false);
        later.put("keys/a", new byte[1]);
        assertThat(partial).exists();
        assertThat(names(later)).containsExactly("keys/a");

        Files.setLastModifiedTime(partial, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
        DirectoryStore.open(temp, false).put("keys/b", new byte[1]);
        assertThat(partial).doesNotExist();
        abandoned.close();
    }

    @Test
    void aCommittedObjectLeavesNothingElse() throws IOException {
        DirectoryStore.open(temp, false).put("packs/b1/000001", new byte[10]);
        assertThat(temp.resolve(DirectoryStore.PARTIAL)).isEmptyDirectory();
    }

    @Test
    void aFileWhereADirectoryShouldBeIsNotTakenForTheObject() throws IOException {
        Files.createFile(temp.resolve("packs"));
        ObjectStore store = DirectoryStore.open(temp, false);
        assertThatThrownBy(() -> store.put("packs/b1/000001", new byte[1]))
                .isInstanceOf(StorageException.class)
                .isNotInstanceOf(ObjectExistsException.class)
                .hasMessageContaining("packs/b1/000001");
    }

    @Test
    void deletingTheLastObjectRemovesItsDirectories() throws IOException {
        ObjectStore store = DirectoryStore.open(temp, false);
        store.put("packs/b1/000001", new byte[1]);
        store.put("packs/b2/000001", new byte[1]);
        store.delete("packs/b1/000001");
        assertThat(temp.resolve("packs/b1")).doesNotExist();
        assertThat(temp.resolve("packs/b2")).exists();
    }

    @Test
    void creatingAndDeletingBesideEachOtherDoesNotFail() throws Exception {
        ObjectStore store = DirectoryStore.open(temp, false);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < 1000; i++) {
                String name = "leases/a/" + i;
                tasks.add(() -> {
                    store.put(name, new byte[1]);
                    store.delete(name);
                    return null;
                });
            }
            for (Future<Void> done : threads.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(names(store)).isEmpty();
    }

    @Test
    void filesThatAreNoObjectsAreNotListed() throws IOException {
        Files.createDirectories(temp.resolve("lost+found"));
        Files.createDirectories(temp.resolve("packs/.snapshot"));
        Files.writeString(temp.resolve("packs/.snapshot/x"), "x");
        Files.writeString(temp.resolve(".DS_Store"), "x");
        Files.writeString(temp.resolve("packs/.nfs0001"), "x");
        Files.createSymbolicLink(temp.resolve("dangling"), temp.resolve("nowhere"));
        assertThat(names(DirectoryStore.open(temp, false))).isEmpty();
    }

    @Test
    void aDirectoryThatVanishesIsNotAnEmptyRepository() throws IOException {
        Path root = temp.resolve("mount");
        ObjectStore store = DirectoryStore.open(root, true);
        Files.delete(root);
        assertThatThrownBy(() -> names(store))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(root.toString())
                .hasMessageContaining("no longer there");
    }

    @Test
    void aMissingDirectoryIsNamed() {
        assertThatThrownBy(() -> DirectoryStore.open(temp.resolve("none"), false))
                .isInstanceOf(StorageException.class)
                .hasMessage("There is no directory " + temp.resolve("none")
                        + "; check the path (or whether its disk is mounted), or create the repository first.");
    }

    @Test
    void aFileIsNoRepository() throws IOException {
        Path file = Files.createFile(temp.resolve("file"));
        assertThatThrownBy(() -> DirectoryStore.open(file, true))
                .isInstanceOf(StorageException.class)
                .hasMessage(file + " is a file; a repository needs a directory, so name another path.");
        assertThatThrownBy(() -> DirectoryStore.open(file.resolve("below"), true))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("cannot be created");
    }

    @Test
    void aDirectoryThatMayNotBeWrittenIsNamedWithTheReason() throws IOException {
        // What the super-user may not do either: there is a file where the directory for unfinished files must be.
        Files.createFile(temp.resolve(DirectoryStore.PARTIAL));
        ObjectStore store = DirectoryStore.open(temp, false);
        assertThatThrownBy(() -> store.put("keys/k", new byte[1]))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("keys/k could not be written to file:" + temp)
                .hasMessageContaining("may write to it");
        assertThatThrownBy(store::now).isInstanceOf(StorageException.class);
    }

    @Test
    void aReadOnlyDirectoryRefusesWritersAndServesReaders() throws IOException {
        DirectoryStore.open(temp, false).put("keys/k", new byte[] {5});
        Files.setPosixFilePermissions(
                temp.resolve(DirectoryStore.PARTIAL), PosixFilePermissions.fromString("r-x------"));
        assumeTrue(!Files.isWritable(temp.resolve(DirectoryStore.PARTIAL)), "the super-user may write everywhere");
        ObjectStore store = DirectoryStore.open(temp, false);
        assertThat(store.read("keys/k").readAllBytes()).containsExactly(5);
        assertThatThrownBy(() -> store.put("keys/l", new byte[1]))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("permission denied");
    }

    @Test
    void aFullDiskIsSaidInOneSentenceAndHarmsNothing() throws IOException, InterruptedException {
        Path mount = Files.createDirectory(temp.resolve("full"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString()), "may not mount here");
        try {
            ObjectStore store = DirectoryStore.open(mount, false);
            store.put("packs/b1/000001", new byte[100_000]);
            assertThatThrownBy(() -> store.put("packs/b1/000002", new byte[2_000_000]))
                    .isInstanceOf(StorageException.class)
                    .hasMessage("No space is left in file:" + mount + ", so packs/b1/000002 was not written; make room"
                            + " there and run this again (complete backups are not harmed).");
            assertThat(names(store)).containsExactly("packs/b1/000001");
            assertThat(mount.resolve(DirectoryStore.PARTIAL)).isEmptyDirectory();
        } finally {
            assertThat(run("umount", mount.toString())).isTrue();
        }
    }

    @Test
    void afterAFailedWriteAnUploadCannotBeCommitted() throws IOException, InterruptedException {
        Path mount = Files.createDirectory(temp.resolve("full"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount.toString()), "may not mount here");
        try (Upload upload = DirectoryStore.open(mount, false).create("packs/b1/000001")) {
            assertThatThrownBy(() -> upload.write(new byte[2_000_000])).isInstanceOf(StorageException.class);
            assertThatThrownBy(upload::commit).isInstanceOf(IllegalStateException.class);
        } finally {
            assertThat(run("umount", "-l", mount.toString())).isTrue();
        }
    }

    @Test
    void aUrlMayBePercentEncoded() throws IOException {
        Path root = temp.resolve("Sicherung ä %41");
        URI location = root.toUri();
        ObjectStores.open(location, true).put("keys/k", new byte[] {9});
        assertThat(root.resolve("keys/k")).hasBinaryContent(new byte[] {9});
        assertThat(ObjectStores.open(URI.create("file:" + location.getRawPath()), false)
                        .find("keys/k"))
                .isPresent();
        assertThat(ObjectStores.open(ObjectStores.location(root.toString()), false)
                        .find("keys/k"))
                .isPresent();
    }

    @Test
    void locationsAreReadAsPeopleWriteThem() {
        assertThat(ObjectStores.location("file:/a b/c").getPath()).isEqualTo("/a b/c");
        assertThat(ObjectStores.location("file:///a%20b").getPath()).isEqualTo("/a b");
        assertThat(ObjectStores.location("/a b").getPath()).isEqualTo("/a b");
    }

    @Test
    void locationsThatAreNoneAreRefusedWithASentence() {
        assertRefused("file:backups", "must start with a slash");
        assertRefused("file://host/backups", "not a directory's URL");
        assertRefused("file:/a%zz", "is not a URL");
        assertRefused("file:/backups?x=1", "not a directory's URL");
        assertRefused("backups", "cannot be at \"backups\"");
        assertRefused("gopher://me:hunter2@host/x?token=abc", "cannot be at \"gopher://…@host/x?…\"");
    }

    private static void assertRefused(String location, String sentence) {
        assertThatThrownBy(() -> ObjectStores.open(ObjectStores.location(location), true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(sentence)
                .hasMessageContaining("file:/")
                .message()
                .doesNotContain("hunter2");
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false; // There is no such program.
        }
    }

    private static Path onlyFileIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.get(0);
        }
    }

    private static List<String> names(ObjectStore store) throws StorageException {
        List<String> names = new ArrayList<>();
        store.list("", object -> names.add(object.name()));
        return names;
    }

    /** Where the tests may make files immutable: that takes root and a file system that knows it. */
    @Test
    void anImmutableFileIsToldFromOneThatMayNotBeDeleted() throws Exception {
        ObjectStore store = DirectoryStore.open(temp.resolve("store"), true);
        store.put("packs/p", new byte[1]);
        Path file = temp.resolve("store/packs/p");
        assumeTrue(chattr("+i", file), "files can be made immutable here");
        try {
            assertThatThrownBy(() -> store.delete("packs/p"))
                    .isInstanceOf(LockedObjectException.class)
                    .hasMessageContaining("packs/p could not be deleted");
        } finally {
            assertThat(chattr("-i", file)).isTrue();
        }
        store.delete("packs/p");
        assertThat(store.find("packs/p")).isEmpty();
    }

    private static boolean chattr(String flag, Path file) throws Exception {
        try {
            return new ProcessBuilder("chattr", flag, file.toString())
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
