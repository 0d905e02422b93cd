package dev.trivet.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatcherTest {
    @Test
    void callsThatWaitForAWriteGoTogetherAndEachGetsItsOwnAnswer() throws Exception {
        var sizes = new ArrayList<Integer>();
        var firstWriting = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var batcher = new Batcher<Integer, String>(100, items -> {
            sizes.add(items.size());
            firstWriting.countDown();
            await(goOn);
            return items.stream().map(item -> "answer " + item).toList();
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = threads.submit(() -> batcher.submit(-1));
            firstWriting.await();
            List<Future<String>> others = IntStream.range(0, 50)
                    .mapToObj(item -> threads.submit(() -> batcher.submit(item)))
                    .toList();
            goOn.countDown();
            assertThat(first.get()).isEqualTo("answer -1");
            for (int item = 0; item < 50; item++) {
                assertThat(others.get(item).get()).isEqualTo("answer " + item);
            }
        }
        assertThat(sizes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(51);
    }

    @Test
    void oneBadItemFailsAlone() throws Exception {
        var batcher = new Batcher<Integer, Integer>(10, items -> {
            if (items.contains(13)) {
                throw new IllegalArgumentException("13");
            }
            return items;
        });
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> good = IntStream.range(0, 12)
                    .mapToObj(item -> threads.submit(() -> batcher.submit(item)))
                    .toList();
            assertThatThrownBy(() -> batcher.submit(13)).isInstanceOf(IllegalArgumentException.class);
            for (int item = 0; item < 12; item++) {
                assertThat(good.get(item).get()).isEqualTo(item);
            }
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
