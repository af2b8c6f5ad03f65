package io.jenkins.plugins.postgresqlbackup.engine.keys;

/**
 * The cost of trying one passphrase with Argon2id (RFC 9106, version 0x13).
 *
 * @param memoryKib {@value #LEAST_MEMORY_KIB} to {@value #MOST_MEMORY_KIB}: a slot is read before it is authenticated, so it
 *     must not be able to exhaust a small heap, nor to make guessing cheap for the next writer
 * @param iterations 1 to {@value #MOST_ITERATIONS}
 * @param parallelism 1 to {@value #MOST_PARALLELISM}
 */
public record Kdf(int memoryKib, int iterations, int parallelism) {
    static final int LEAST_MEMORY_KIB = 8 * 1024;
    static final int MOST_MEMORY_KIB = 128 * 1024;
    static final int MOST_ITERATIONS = 16;
    static final int MOST_PARALLELISM = 8;

    /** 64 MiB, 3 iterations, 1 lane: a fraction of a second, and it fits a 256 MB heap. */
    public static final Kdf DEFAULT = new Kdf(64 * 1024, 3, 1);

    /** @throws IllegalArgumentException when a number is out of bounds */
    public Kdf {
        require("memory in KiB", memoryKib, LEAST_MEMORY_KIB, MOST_MEMORY_KIB);
        require("iterations", iterations, 1, MOST_ITERATIONS);
        require("parallelism", parallelism, 1, MOST_PARALLELISM);
    }

    private static void require(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    "Argon2id's " + what + " must be " + least + " to " + most + ", not " + value + ".");
        }
    }
}
