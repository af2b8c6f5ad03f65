/**
 * Who may open a repository: its keys, and the slots that hold them for one person or machine each.
 *
 * <p>A {@code KeyRing} is the repository's keys, a {@code KeySlot} is a key ring wrapped for one holder, a {@code Secret} is
 * what that holder brings. A slot that was changed by a single bit, or that belongs to another repository, does not open.
 * Uses no other room; nothing here reads or writes storage.
 */
package io.jenkins.plugins.postgresqlbackup.engine.keys;
