package io.jenkins.plugins.postgresqlbackup.engine.repository;

import io.jenkins.plugins.postgresqlbackup.engine.keys.KeyRing;
import io.jenkins.plugins.postgresqlbackup.engine.keys.KeySlot;
import java.util.List;

/** What opening a repository's keys gave. */
record OpenedKeys(String repositoryId, KeyRing keys, KeySlot slot, byte[] repositoryFile, List<Damage> damage) {}
