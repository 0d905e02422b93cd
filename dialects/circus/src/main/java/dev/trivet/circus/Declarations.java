package dev.trivet.circus;

import dev.trivet.circus.Declaration.DeclaredJobset;
import dev.trivet.circus.Declaration.DeclaredProject;
import dev.trivet.store.Database;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * Brings the database to what is declared (spec section 12.3). Doing it again changes nothing. Projects and jobsets that are not declared
 * stay; a list inside of a project that is not empty is all there is of its kind. Thread-safe.
 */
public final class Declarations {
    private final Database database;
    private final DeclaredElsewhere elsewhere;
    private final SecretBox box;
    private final Runnable waker;

    /**
     * @param box keeps the secrets of webhooks
     * @param waker thread-safe, returns at once; called after something was declared
     */
    public Declarations(Database database, DeclaredElsewhere elsewhere, SecretBox box, Runnable waker) {
        this.database = Objects.requireNonNull(database, "database is null");
        this.elsewhere = Objects.requireNonNull(elsewhere, "elsewhere is null");
        this.box = Objects.requireNonNull(box, "box is null");
        this.waker = Objects.requireNonNull(waker, "waker is null");
    }

    /** Each project in a transaction of its own, then the builders. */
    public void apply(Declaration declaration) {
        if (declaration.equals(Declaration.NONE)) {
            return;
        }
        for (DeclaredProject project : declaration.projects()) {
            write(handle -> apply(handle, project));
        }
        if (!declaration.builders().isEmpty()) {
            write(handle -> new DeclaredRows(handle, box).builders(declaration.builders()));
        }
        waker.run();
    }

    private void apply(Handle handle, DeclaredProject project) {
        DeclaredRows rows = new DeclaredRows(handle, box);
        UUID id = rows.project(project);
        project.jobsets().forEach(jobset -> rows.jobset(id, jobset));
        if (!project.webhooks().isEmpty()) {
            rows.webhooks(id, project.webhooks());
        }
        if (!project.channels().isEmpty()) {
            rows.channels(id, project.channels());
        }
        if (!project.members().isEmpty()) {
            elsewhere.members(handle, id, project.members());
        }
        if (!project.notifications().isEmpty()) {
            elsewhere.notifications(handle, id, project.notifications());
        }
    }

    /**
     * The jobsets that a repository declares for itself in {@code .circus.toml} or {@code .circus/config.toml} (spec section 4.5). Nobody is
     * woken.
     *
     * @param text the file
     * @return how many jobsets it declares
     * @throws DeclarationException if it cannot be read; then nothing was changed
     */
    public int applyRepository(UUID projectId, String text) {
        List<DeclaredJobset> jobsets = DeclarationReader.readRepository(text);
        write(handle -> {
            DeclaredRows rows = new DeclaredRows(handle, box);
            jobsets.forEach(jobset -> rows.jobset(projectId, jobset));
        });
        return jobsets.size();
    }

    private void write(Consumer<Handle> work) {
        database.write(handle -> {
            work.accept(handle);
            return true;
        });
    }
}
