package dev.trivet.web.graph;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The graph of a run's jobs, from left to right. Few jobs are boxes with their names; many are small cells; very many are a bar for each
 * layer, so that the picture of any run stays small.
 */
public final class GraphPicture {
    private static final int MOST_BOXES = 300;
    private static final int MOST_LINES = 1500;
    private static final int MOST_CELLS = 5000;

    private static final int BOX_WIDTH = 168;
    private static final int BOX_HEIGHT = 30;
    private static final int COLUMN = BOX_WIDTH + 56;
    private static final int ROW = BOX_HEIGHT + 12;
    private static final int LONGEST_NAME = 20;
    private static final int CELL = 12;
    private static final int CELL_STEP = 15;
    private static final int CELL_ROWS = 24;
    private static final int BAR_HEIGHT = 16;
    private static final int BAR_WIDTH = 640;
    private static final int EDGE = 8;

    private GraphPicture() {}

    /**
     * The picture as SVG.
     *
     * @param critical ids of the jobs that are marked as critical path
     */
    public static String of(List<GraphJob> jobs, Set<Long> critical) {
        Layering layering = Layering.of(jobs);
        if (jobs.size() <= MOST_BOXES) {
            return boxes(layering, critical);
        }
        return jobs.size() <= MOST_CELLS ? cells(layering, critical) : bars(layering);
    }

    private static String boxes(Layering layering, Set<Long> critical) {
        int rows = layering.layers().stream().mapToInt(List::size).max().orElse(1);
        Map<Long, int[]> places = new HashMap<>();
        for (int column = 0; column < layering.layers().size(); column++) {
            List<GraphJob> layer = layering.layers().get(column);
            int top = EDGE + (rows - layer.size()) * ROW / 2;
            for (int row = 0; row < layer.size(); row++) {
                places.put(layer.get(row).id(), new int[] {EDGE + column * COLUMN, top + row * ROW});
            }
        }
        Svg svg = new Svg(
                2 * EDGE + layering.layers().size() * COLUMN - (COLUMN - BOX_WIDTH),
                2 * EDGE + rows * ROW,
                "Graph of " + places.size() + " jobs",
                "graph");
        lines(svg, layering, places, critical);
        for (List<GraphJob> layer : layering.layers()) {
            for (GraphJob job : layer) {
                box(svg, job, places.getOrDefault(job.id(), new int[2]), critical.contains(job.id()));
            }
        }
        return svg.end();
    }

    private static void box(Svg svg, GraphJob job, int[] at, boolean critical) {
        svg.link(job.href())
                .group("node " + job.kind() + (critical ? " critical" : ""), job.name() + ": " + job.word())
                .rect("box", at[0], at[1], BOX_WIDTH, BOX_HEIGHT, 5)
                .words("glyph", at[0] + 8, at[1] + 20, glyph(job.kind()))
                .words("name", at[0] + 24, at[1] + 20, shortened(job.name()))
                .endGroup()
                .endLink();
    }

    private static void lines(Svg svg, Layering layering, Map<Long, int[]> places, Set<Long> critical) {
        int drawn = 0;
        for (List<GraphJob> layer : layering.layers()) {
            for (GraphJob job : layer) {
                int[] to = places.getOrDefault(job.id(), new int[2]);
                for (GraphJob.Link link : job.prerequisites()) {
                    int[] from = places.get(link.from());
                    if (from == null || ++drawn > MOST_LINES) {
                        continue;
                    }
                    boolean marked = critical.contains(job.id()) && critical.contains(link.from());
                    svg.path((link.base() ? "base" : "order") + (marked ? " critical" : ""), curve(from, to));
                }
            }
        }
    }

    private static String curve(int[] from, int[] to) {
        int x1 = from[0] + BOX_WIDTH;
        int y1 = from[1] + BOX_HEIGHT / 2;
        int y2 = to[1] + BOX_HEIGHT / 2;
        int middle = (x1 + to[0]) / 2;
        return String.format(Locale.ROOT, "M%d %dC%d %d %d %d %d %d", x1, y1, middle, y1, middle, y2, to[0], y2);
    }

    private static String cells(Layering layering, Set<Long> critical) {
        int columns = 0;
        for (List<GraphJob> layer : layering.layers()) {
            columns += (layer.size() + CELL_ROWS - 1) / CELL_ROWS;
        }
        int rows = Math.min(
                CELL_ROWS, layering.layers().stream().mapToInt(List::size).max().orElse(1));
        int gaps = layering.layers().size() * CELL_STEP / 2;
        Svg svg = new Svg(
                2 * EDGE + columns * CELL_STEP + gaps,
                2 * EDGE + rows * CELL_STEP,
                "Jobs in " + layering.layers().size() + " layers",
                "graph cells");
        int x = EDGE;
        for (List<GraphJob> layer : layering.layers()) {
            for (int index = 0; index < layer.size(); index++) {
                GraphJob job = layer.get(index);
                int column = index / CELL_ROWS;
                svg.link(job.href())
                        .group(
                                "node " + job.kind() + (critical.contains(job.id()) ? " critical" : ""),
                                shortened(job.name()) + ": " + job.word())
                        .rect("box", x + column * CELL_STEP, EDGE + index % CELL_ROWS * CELL_STEP, CELL, CELL, 2)
                        .endGroup()
                        .endLink();
            }
            x += (layer.size() + CELL_ROWS - 1) / CELL_ROWS * CELL_STEP + CELL_STEP / 2;
        }
        return svg.end();
    }

    /** One bar for each layer, as long as it has jobs, in parts by state. */
    private static String bars(Layering layering) {
        int most = layering.layers().stream().mapToInt(List::size).max().orElse(1);
        int shown = Math.min(layering.layers().size(), 400);
        Svg svg = new Svg(
                BAR_WIDTH + 2 * EDGE, 2 * EDGE + shown * (BAR_HEIGHT + 4), "Layers of jobs by state", "graph bars");
        for (int index = 0; index < shown; index++) {
            Map<String, Integer> counts = new TreeMap<>();
            layering.layers().get(index).forEach(job -> counts.merge(job.kind(), 1, Integer::sum));
            double x = EDGE;
            for (Map.Entry<String, Integer> count : counts.entrySet()) {
                double width = (double) BAR_WIDTH * count.getValue() / most;
                svg.group(
                                "node " + count.getKey(),
                                "layer " + (index + 1) + ": " + count.getValue() + " " + count.getKey())
                        .rect("box", x, EDGE + index * (BAR_HEIGHT + 4.0), width, BAR_HEIGHT, 1)
                        .endGroup();
                x += width;
            }
        }
        return svg.end();
    }

    /** A sign beside the colour, for who does not see it. */
    private static String glyph(String kind) {
        return switch (kind) {
            case "passed" -> "✓";
            case "failed" -> "✗";
            case "soft" -> "!";
            case "running" -> "▸";
            case "canceled" -> "–";
            default -> "·";
        };
    }

    static String shortened(String name) {
        return name.codePointCount(0, name.length()) <= LONGEST_NAME
                ? name
                : name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME - 1)) + "…";
    }
}
