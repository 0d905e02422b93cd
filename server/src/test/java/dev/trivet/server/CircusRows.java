package dev.trivet.server;

/** Rows as builds leave them. */
final class CircusRows {
    /** Two projects, three jobsets, three evaluations and five builds. */
    private static final String ROWS = """
            insert into circus.projects (id, name, description, repository_url, created_at) values
                ('00000000-0000-0000-0000-00000000000a', 'alpha', '100% of_it', 'https://example.org/a', '2026-01-01Z'),
                ('00000000-0000-0000-0000-00000000000b', 'beta', null, 'https://example.org/b', '2026-02-01Z');
            insert into circus.jobsets (id, project_id, name, nix_expression, enabled, scheduling_shares) values
                ('00000000-0000-0000-0001-00000000000a', '00000000-0000-0000-0000-00000000000a', 'main', '.', true, 0),
                ('00000000-0000-0000-0001-00000000000b', '00000000-0000-0000-0000-00000000000b', 'main', '.', false, 0),
                ('00000000-0000-0000-0001-00000000000c', '00000000-0000-0000-0000-00000000000b', 'fresh', '.', true, 0);
            insert into circus.evaluations (id, jobset_id, commit_hash, status, evaluation_time) values
                ('00000000-0000-0000-0002-00000000000a', '00000000-0000-0000-0001-00000000000a', 'abc1', 'completed',
                    '2026-01-01T00:00:00Z'),
                ('00000000-0000-0000-0002-00000000000b', '00000000-0000-0000-0001-00000000000a', 'abc2', 'completed',
                    '2026-01-02T00:00:00Z'),
                ('00000000-0000-0000-0002-00000000000c', '00000000-0000-0000-0001-00000000000b', 'def1', 'failed',
                    '2026-01-03T00:00:00Z');
            insert into circus.builds (id, evaluation_id, job_name, drv_path, status, system, priority, created_at,
                    started_at, completed_at, build_output_path) values
                ('00000000-0000-0000-0003-00000000000a', '00000000-0000-0000-0002-00000000000a', 'hello',
                    '/nix/store/x-hello.drv', 'succeeded', 'x86_64-linux', 1, now() - interval '3 hours',
                    date_trunc('hour', now()) - interval '100 minutes', date_trunc('hour', now()) - interval '90 minutes',
                    '/nix/store/0123456789abcdfghijklmnpqrsvwxyz-hello-1.0'),
                ('00000000-0000-0000-0003-00000000000b', '00000000-0000-0000-0002-00000000000b', 'hello',
                    '/nix/store/y-hello.drv', 'failed', 'x86_64-linux', 2, now() - interval '2 hours',
                    date_trunc('hour', now()) - interval '100 minutes', date_trunc('hour', now()) - interval '80 minutes',
                    null),
                ('00000000-0000-0000-0003-00000000000c', '00000000-0000-0000-0002-00000000000b', 'hello_world',
                    '/nix/store/z-hw.drv', 'pending', null, 3, now() - interval '1 hours', null, null, null),
                ('00000000-0000-0000-0003-00000000000d', '00000000-0000-0000-0002-00000000000b', 'helloXworld',
                    '/nix/store/z-hx.drv', 'cancelled', 'aarch64-linux', 0, now() - interval '1 minutes', null,
                    date_trunc('hour', now()) - interval '85 minutes', null),
                ('00000000-0000-0000-0003-00000000000e', '00000000-0000-0000-0002-00000000000b', 'plain',
                    '/nix/store/z-p.drv', 'succeeded', 'aarch64-linux', 0, now() - interval '40 hours',
                    now() - interval '41 hours', now() - interval '40 hours', null);
            insert into circus.remote_builders (name, ssh_uri, systems, enabled) values
                ('one', 'ssh://one', '{x86_64-linux}', true), ('two', 'ssh://two', '{x86_64-linux}', false);
            insert into circus.channels (project_id, name, jobset_id) values
                ('00000000-0000-0000-0000-00000000000a', 'stable', '00000000-0000-0000-0001-00000000000a');
            """;

    private CircusRows() {}

    static void insertInto(CircusServer server) {
        server.sql(handle -> handle.createScript(ROWS).execute());
    }
}
