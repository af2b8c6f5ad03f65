package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.List;
import java.util.Optional;

/**
 * A large object without its content.
 *
 * @param privileges empty when nobody changed them from the default
 */
public record LargeObject(long oid, String owner, Optional<List<Privilege>> privileges, Optional<String> comment) {}
