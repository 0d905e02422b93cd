package dev.trivet.web.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The pictures of random graphs: well-formed, bounded, and true. */
class PicturesTest {
    private static final Instant START = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant NOW = START.plusSeconds(1000);

    private static List<GraphJob> random(long seed, int count) {
        var random = new Random(seed);
        List<GraphJob> jobs = new ArrayList<>();
        Map<Long, Instant> ends = new HashMap<>();
        for (int id = 1; id <= count; id++) {
            Set<Long> from = new HashSet<>();
            Instant ready = START;
            for (int edge = random.nextInt(3); edge > 0 && id > 1; edge--) {
                from.add(1L + random.nextInt(id - 1));
            }
            for (long prerequisite : from) {
                Instant end = ends.get(prerequisite);
                ready = end.isAfter(ready) ? end : ready;
            }
            Instant started = ready.plusMillis(random.nextInt(5000));
            Instant finished = started.plusMillis(1 + random.nextInt(60_000));
            ends.put((long) id, finished);
            jobs.add(new GraphJob(
                    id,
                    "job <" + id + "> & \"x\" \u0007",
                    random.nextInt(4) == 0 ? "failed" : "passed",
                    "passed",
                    "/runs/1?job=" + id + "&x='\"",
                    ready,
                    started,
                    finished,
                    from.stream()
                            .map(prerequisite -> new GraphJob.Link(prerequisite, random.nextBoolean()))
                            .toList()));
        }
        return jobs;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 10, 60, 300, 301, 2000, 5001})
    void anyGraphIsAWellFormedPictureOfBoundedSize(int count) throws Exception {
        List<GraphJob> jobs = random(count, count);
        Set<Long> critical = CriticalPath.of(jobs, NOW);
        String graph = GraphPicture.of(jobs, critical);
        assertThat(graph.length()).isLessThan(1 << 20);
        assertThat(graph).doesNotContain("style=", "<script").isEqualTo(GraphPicture.of(jobs, critical));
        Document picture = parse(graph);
        NodeList boxes = picture.getElementsByTagName("rect");
        if (count <= 5000) {
            assertThat(boxes.getLength()).isEqualTo(count);
        }
        noneOverlap(boxes);
        String waterfall = Waterfall.of(jobs, critical, NOW);
        assertThat(parse(waterfall).getElementsByTagName("a").getLength())
                .isEqualTo(Math.min(count, Waterfall.MOST_ROWS));
        assertThat(Waterfall.leftOut(jobs)).isEqualTo(Math.max(0, count - Waterfall.MOST_ROWS));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void everyJobStandsBehindWhatItWaitsFor(long seed) {
        List<GraphJob> jobs = random(seed, 80);
        Map<Long, Integer> depth = new HashMap<>();
        List<List<GraphJob>> layers = Layering.of(jobs).layers();
        for (int layer = 0; layer < layers.size(); layer++) {
            for (GraphJob job : layers.get(layer)) {
                depth.put(job.id(), layer);
            }
        }
        assertThat(depth).hasSize(80);
        for (GraphJob job : jobs) {
            int behind = job.prerequisites().stream()
                    .mapToInt(link -> depth.get(link.from()) + 1)
                    .max()
                    .orElse(0);
            assertThat(depth.get(job.id())).isEqualTo(behind);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void theCriticalPathIsAChainThatEndsWithTheRun(long seed) {
        List<GraphJob> jobs = random(seed, 50);
        Map<Long, GraphJob> byId = new HashMap<>();
        jobs.forEach(job -> byId.put(job.id(), job));
        List<Long> path = List.copyOf(CriticalPath.of(jobs, NOW));
        Instant last =
                jobs.stream().map(GraphJob::finished).max(Instant::compareTo).orElseThrow();
        assertThat(byId.get(path.getFirst()).finished()).isEqualTo(last);
        for (int index = 0; index + 1 < path.size(); index++) {
            GraphJob job = byId.get(path.get(index));
            Instant latest = job.prerequisites().stream()
                    .map(link -> byId.get(link.from()).finished())
                    .max(Instant::compareTo)
                    .orElseThrow();
            assertThat(byId.get(path.get(index + 1)).finished()).isEqualTo(latest);
        }
        assertThat(byId.get(path.getLast()).prerequisites()).isEmpty();
    }

    @Test
    void nothingStartedIsNoWaterfallAndACycleOfGarbageIsDrawnAnyway() {
        var one = new GraphJob(1, "a", "queued", "queued", "/a", null, null, null, List.of(new GraphJob.Link(2, true)));
        var two = new GraphJob(2, "b", "queued", "queued", "/b", null, null, null, List.of(new GraphJob.Link(1, true)));
        assertThat(Waterfall.of(List.of(one, two), Set.of(), NOW)).isEmpty();
        assertThat(CriticalPath.of(List.of(one, two), NOW)).isEmpty();
        assertThat(GraphPicture.of(List.of(one, two), Set.of())).contains("<svg");
    }

    private static void noneOverlap(NodeList boxes) {
        Map<String, List<double[]>> columns = new HashMap<>();
        for (int index = 0; index < boxes.getLength(); index++) {
            Element box = (Element) boxes.item(index);
            double y = Double.parseDouble(box.getAttribute("y"));
            columns.computeIfAbsent(box.getAttribute("x") + "/" + Math.round(y), place -> new ArrayList<>())
                    .add(new double[] {y});
        }
        assertThat(columns.values()).allSatisfy(same -> assertThat(same).hasSize(1));
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }
}
