package io.jenkins.plugins.postgresqlbackup.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PartedUploadTest {
    /** A server that wants to be left alone for a minute, each time. */
    private static final class Busy implements ObjectWrites, ObjectWrites.Parts {
        private final CountDownLatch asked = new CountDownLatch(1);
        private final Retries retries = Retries.of(5, failure -> Optional.of(Duration.ofMinutes(1)));

        @Override
        public int partBytes(int number) {
            return 1;
        }

        @Override
        public int maxParts() {
            return 10;
        }

        @Override
        public void put(String name, String upload, byte[] content, int length) {
            throw new AssertionError("It has several parts.");
        }

        @Override
        public Parts begin(String name, String upload) {
            return this;
        }

        @Override
        public void send(int number, byte[] content, int length, boolean last) throws StorageException {
            retries.<Object, StorageException>send(() -> {
                asked.countDown();
                throw new StorageException("The server is busy; run this again later.");
            });
        }

        @Override
        public void complete() {
            throw new AssertionError("No part has arrived.");
        }

        @Override
        public void abort() {
            // Nothing is there.
        }

        @Override
        public Optional<String> writer(String name) {
            return Optional.empty();
        }
    }

    @Test
    @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void whoIsInterruptedDoesNotWaitForAPartThatABusyServerPutsOff(@TempDir Path directory) throws Exception {
        ExecutorService senders = Executors.newCachedThreadPool();
        Busy busy = new Busy();
        try (ObjectStore store = ObjectStores.open(directory.toUri(), false);
                Upload upload = new PartedUpload(store, busy, senders, "name")) {
            upload.write(new byte[2]);
            busy.asked.await();
            Thread.currentThread().interrupt();
            assertThatThrownBy(upload::commit).hasMessageContaining("busy");
            assertThat(Thread.interrupted()).isTrue();
        } finally {
            senders.shutdownNow();
        }
    }
}
