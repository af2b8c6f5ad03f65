package io.jenkins.plugins.postgresqlbackup.engine.storage;

/** What a server lists, page by page, on its way to a visitor: without what is not ours, and in the order of the names or not at all. */
final class Listing {
    /** One object of ours, still to be told apart from its key. */
    @FunctionalInterface
    interface Facts {
        StoredObject of(String name) throws StorageException;
    }

    private final ObjectStore store;
    private final String prefix;
    private final ObjectVisitor visitor;
    private String last = "";

    /**
     * @param prefix of the store's keys in its bucket
     * @param asked what the names shall begin with
     */
    Listing(ObjectStore store, String prefix, String asked, ObjectVisitor visitor) {
        int slash = asked.lastIndexOf('/');
        if (slash >= 0) {
            ObjectName.check(asked.substring(0, slash));
        }
        this.store = store;
        this.prefix = prefix;
        this.visitor = visitor;
    }

    /** Shows one object. */
    void show(String key, Facts facts) throws StorageException {
        String name = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
        if (!ObjectName.isName(name)) {
            return; // Somebody else's, such as the marks that some programs set for folders.
        }
        if (name.compareTo(last) <= 0) {
            throw failed("the server shows " + name + " after " + last + ", not in the order of the names");
        }
        last = name;
        visitor.visit(facts.of(name));
    }

    /** When the server promises more and does not go on. */
    StorageException endless() {
        return failed("the server says that there are more and does not show them");
    }

    private StorageException failed(String why) {
        return new StorageException("The objects in " + store.describe() + " could not be listed (" + why
                + "); such a server cannot be used.");
    }
}
