package io.jenkins.plugins.postgresqlbackup.engine.postgres;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Computes materialised views anew, with psql: what a view shows may depend on the time zone and the date style that
 * server, database and role give a session, and our driver always sets its own.
 */
public final class MaterializedViews {
    static final String SESSION =
            "SET client_encoding = 'UTF8'; SET search_path = ''; SET row_security = off; SET synchronous_commit = off;"
                    + " SET default_transaction_read_only = off;"
                    + " SET statement_timeout = 0; SET lock_timeout = 0; SET idle_session_timeout = 0";

    private MaterializedViews() {}

    /**
     * Refreshes those that were populated. One that fails is tried again after the others, for it may read one of them
     * in a way that no catalogue shows.
     *
     * @param views each after those it reads, as far as the catalogue knows
     * @return those that could not be refreshed, with the reason
     */
    public static Map<MaterializedView, String> refresh(
            Database target, ClientPrograms programs, List<MaterializedView> views)
            throws IOException, InterruptedException {
        List<MaterializedView> waiting = new ArrayList<>();
        views.stream().filter(MaterializedView::populated).forEach(waiting::add);
        Map<MaterializedView, String> failed = new LinkedHashMap<>();
        int before = waiting.size() + 1;
        while (!waiting.isEmpty() && waiting.size() < before) {
            before = waiting.size();
            failed.clear();
            for (MaterializedView view : List.copyOf(waiting)) {
                Optional<String> problem = refresh(target, programs, view);
                if (problem.isPresent()) {
                    failed.put(view, problem.get());
                } else {
                    waiting.remove(view);
                }
            }
        }
        return failed;
    }

    private static Optional<String> refresh(Database target, ClientPrograms programs, MaterializedView view)
            throws IOException, InterruptedException {
        // On standard input, where a name is not bent by the locale that this process has for arguments.
        String sql = SESSION + ";\nREFRESH MATERIALIZED VIEW " + view.qualified() + ";\n";
        try (ClientEnvironment environment = target.clientEnvironment()) {
            ClientProcess.Result result = ClientProcess.run(
                    List.of(
                            programs.psql().toString(),
                            "--no-psqlrc",
                            "--no-password",
                            "--quiet",
                            "--set=ON_ERROR_STOP=1",
                            "--dbname=" + environment.connectionString(),
                            "--file=-"),
                    Optional.of(environment),
                    "",
                    sql);
            return result.exitCode() == 0 ? Optional.empty() : Optional.of(reason(result));
        }
    }

    private static String reason(ClientProcess.Result result) {
        return result.errorLines().stream()
                .findFirst()
                .orElse("psql failed")
                .replaceFirst("^psql:\\S* (ERROR: +)?", "");
    }
}
