package dev.trivet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SeenLeasesTest {
    private static final LeaseCaller ME = new LeaseCaller(UUID.randomUUID(), 1, 7);
    private static final AttemptRef FIRST = new AttemptRef(5, 1);
    private static final AttemptRef SECOND = new AttemptRef(5, 2);

    private final MovableClock clock = new MovableClock();
    private final SeenLeases leases = new SeenLeases(clock);
    private final AtomicInteger looks = new AtomicInteger();

    private Set<Integer> steps(LeaseCaller caller, AttemptRef ref, boolean there) {
        return leases.steps(caller, ref, () -> {
            looks.incrementAndGet();
            return there ? Optional.of(Set.of(0, 1)) : Optional.empty();
        });
    }

    @Test
    void theDatabaseIsAskedOnceAMoment() {
        for (int append = 0; append < 100; append++) {
            assertThat(steps(ME, FIRST, true)).containsExactlyInAnyOrder(0, 1);
        }
        assertThat(looks).hasValue(1);
        clock.advance(SeenLeases.FRESH);
        assertThat(steps(ME, FIRST, false)).isEmpty();
        assertThat(looks).hasValue(2);
    }

    @Test
    void whatHasEndedHereIsForgottenAtOnce() {
        steps(ME, FIRST, true);
        leases.over(FIRST);
        assertThat(steps(ME, FIRST, false)).isEmpty();
    }

    @Test
    void whatEndsWhileItIsLookedUpIsNotNoted() {
        leases.steps(ME, FIRST, () -> {
            leases.over(FIRST);
            return Optional.of(Set.of(0));
        });
        assertThat(steps(ME, FIRST, false)).isEmpty();
        assertThat(looks).hasValue(1);
    }

    @Test
    void theNextAttemptTakesThePlaceOfTheOneBefore() {
        steps(ME, FIRST, true);
        steps(ME, SECOND, true);
        assertThat(steps(ME, FIRST, false)).isEmpty();
        assertThat(steps(ME, SECOND, false)).hasSize(2);
    }

    @Test
    void whatIsRefusedIsAskedEachTimeAndDisturbsNobody() {
        LeaseCaller stranger = new LeaseCaller(ME.runner(), 1, 8);
        steps(ME, FIRST, true);
        assertThat(steps(stranger, FIRST, false)).isEmpty();
        assertThat(steps(stranger, FIRST, false)).isEmpty();
        assertThat(looks).hasValue(3);
        assertThat(steps(ME, FIRST, false)).hasSize(2);
    }
}
