package dev.trivet.web.graph;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Jobs in layers: each behind all that it waits for, and inside its layer near those that it belongs to, so that few lines cross. The
 * same jobs give the same layers. Linear but for the sorting.
 */
final class Layering {
    private static final int SWEEPS = 4;

    private final List<List<GraphJob>> layers = new ArrayList<>();
    private final Map<Long, Integer> place = new HashMap<>();

    private Layering() {}

    static Layering of(List<GraphJob> jobs) {
        var layering = new Layering();
        Map<Long, GraphJob> byId = new HashMap<>();
        jobs.forEach(job -> byId.put(job.id(), job));
        Map<Long, Integer> depths = depths(jobs, byId);
        for (GraphJob job : jobs) {
            int depth = depths.getOrDefault(job.id(), 0);
            while (layering.layers.size() <= depth) {
                layering.layers.add(new ArrayList<>());
            }
            layering.layers.get(depth).add(job);
        }
        layering.sweep(dependents(jobs, byId));
        return layering;
    }

    /** The layers, first those that wait for nothing. */
    List<List<GraphJob>> layers() {
        return layers;
    }

    /** The longest chain that leads to each job. */
    private static Map<Long, Integer> depths(List<GraphJob> jobs, Map<Long, GraphJob> byId) {
        Map<Long, List<Long>> dependents = dependents(jobs, byId);
        Map<Long, Integer> open = new HashMap<>();
        Map<Long, Integer> depths = new HashMap<>();
        Deque<Long> free = new ArrayDeque<>();
        for (GraphJob job : jobs) {
            int count = (int) job.prerequisites().stream()
                    .filter(link -> byId.containsKey(link.from()))
                    .count();
            open.put(job.id(), count);
            if (count == 0) {
                free.add(job.id());
                depths.put(job.id(), 0);
            }
        }
        for (Long id = free.poll(); id != null; id = free.poll()) {
            int next = depths.getOrDefault(id, 0) + 1;
            for (long dependent : dependents.getOrDefault(id, List.of())) {
                depths.merge(dependent, next, Math::max);
                if (open.merge(dependent, -1, Integer::sum) == 0) {
                    free.add(dependent);
                }
            }
        }
        return depths;
    }

    private static Map<Long, List<Long>> dependents(List<GraphJob> jobs, Map<Long, GraphJob> byId) {
        Map<Long, List<Long>> dependents = new HashMap<>();
        for (GraphJob job : jobs) {
            job.prerequisites().stream()
                    .filter(link -> byId.containsKey(link.from()))
                    .forEach(link -> dependents
                            .computeIfAbsent(link.from(), id -> new ArrayList<>())
                            .add(job.id()));
        }
        return dependents;
    }

    /** Puts each job at the middle of its neighbours, to and fro. */
    private void sweep(Map<Long, List<Long>> dependents) {
        layers.forEach(this::number);
        for (int round = 0; round < SWEEPS; round++) {
            boolean forward = round % 2 == 0;
            for (int index = 0; index < layers.size(); index++) {
                List<GraphJob> layer = layers.get(forward ? index : layers.size() - 1 - index);
                Map<Long, Double> middles = new HashMap<>();
                for (GraphJob job : layer) {
                    List<Long> neighbours = forward
                            ? job.prerequisites().stream()
                                    .map(GraphJob.Link::from)
                                    .filter(place::containsKey)
                                    .toList()
                            : dependents.getOrDefault(job.id(), List.of());
                    middles.put(
                            job.id(),
                            neighbours.stream()
                                    .mapToInt(id -> place.getOrDefault(id, 0))
                                    .average()
                                    .orElse(place.getOrDefault(job.id(), 0)));
                }
                layer.sort(Comparator.comparingDouble((GraphJob job) -> middles.getOrDefault(job.id(), 0.0))
                        .thenComparingLong(GraphJob::id));
                number(layer);
            }
        }
    }

    private void number(List<GraphJob> layer) {
        for (int index = 0; index < layer.size(); index++) {
            place.put(layer.get(index).id(), index);
        }
    }
}
