package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The SQL that gives an object its grants. */
final class Grants {
    private Grants() {}

    /** Replaces an object's grants by these. */
    static List<String> statements(String object, String owner, List<Grant> acl) {
        List<String> statements = new ArrayList<>();
        statements.add("REVOKE ALL ON " + object + " FROM PUBLIC");
        statements.add("REVOKE ALL ON " + object + " FROM " + Sql.quote(owner));
        Set<Grantee> grantees = new LinkedHashSet<>();
        acl.forEach(grant -> grantees.add(Grantee.of(grant)));
        for (Grantee grantee : grantees) {
            String privileges = acl.stream()
                    .filter(grant -> Grantee.of(grant).equals(grantee))
                    .map(Grant::privilege)
                    .collect(Collectors.joining(", "));
            boolean byOwner = grantee.grantor.equals(owner);
            statements.add(
                    (byOwner ? "" : "SET ROLE " + Sql.quote(grantee.grantor) + "; ") + "GRANT " + privileges + " ON "
                            + object + " TO " + (grantee.name.isEmpty() ? "PUBLIC" : Sql.quote(grantee.name))
                            + (grantee.grantable ? " WITH GRANT OPTION" : "") + (byOwner ? "" : "; RESET ROLE"));
        }
        return statements;
    }

    /** To whom, by whom, and whether it may be passed on: what one GRANT can say at once. */
    private record Grantee(String name, String grantor, boolean grantable) {
        static Grantee of(Grant grant) {
            return new Grantee(grant.grantee(), grant.grantor(), grant.grantable());
        }
    }
}
