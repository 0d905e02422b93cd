package dev.trivet.harmont.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.trivet.harmont.pipeline.Dependency.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

/** Random pipelines against the rules of spec section 3.4, told again as naively as possible. */
class PipelinePropertiesTest {
    /** An item of a flat pipeline: a command with the item it builds in, or a wait. */
    sealed interface Item {}

    record Command(int key, @Nullable Integer buildsIn) implements Item {}

    record Wait(boolean continueOnFailure) implements Item {}

    record Link(int from, int to, Kind kind) {}

    /** A graph whose edges point from lower to higher numbers, its nodes then shuffled. */
    record Graph(List<Integer> order, List<Link> links) {}

    @Property
    void loweringEqualsItsNaiveReference(@ForAll("items") List<Item> items) throws PipelineException {
        Set<Dependency> expected = naive(items);
        boolean empty = items.stream().noneMatch(Command.class::isInstance);
        if (empty || isCyclic(items, expected)) {
            assertThat(codeOf(text(items)))
                    .isEqualTo(empty ? PipelineException.Code.INVALID_IR : PipelineException.Code.CYCLE);
            return;
        }
        Definition pipeline = PipelineParser.parse(text(items));

        assertThat(pipeline.edges()).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(expected);
        checkOrder(pipeline);
    }

    @Property
    void graphsAreOrderedByTheirLongestChains(@ForAll("graphs") Graph graph) throws PipelineException {
        Definition pipeline = PipelineParser.parse(text(graph, List.of()));

        checkOrder(pipeline);
        Set<List<String>> pairs = graph.links().stream()
                .map(link -> List.of("s" + link.from(), "s" + link.to()))
                .collect(Collectors.toSet());
        assertThat(pipeline.edges().stream().map(edge -> List.of(edge.from(), edge.to())))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(pairs);
        assertThat(pipeline.edges())
                .allSatisfy(edge -> assertThat(edge.onFinish()).isFalse());
    }

    @Property
    void anEdgeBackMakesACycleThatIsTold(@ForAll("graphs") Graph graph, @ForAll int seed) {
        if (graph.links().isEmpty()) {
            return;
        }
        Link link = graph.links().get(Math.floorMod(seed, graph.links().size()));
        try {
            PipelineParser.parse(text(graph, List.of(new Link(link.to(), link.from(), Kind.DEPENDS_ON))));
            throw new AssertionError("no cycle found");
        } catch (PipelineException e) {
            assertThat(e.code()).isEqualTo(PipelineException.Code.CYCLE);
            List<String> keys = List.of(e.getMessage()
                    .replaceFirst(".*: ", "")
                    .replaceFirst(" \\(.*", "")
                    .replace("\"", "")
                    .split(" -> "));
            assertThat(keys.getFirst()).isEqualTo(keys.getLast());
            Set<List<String>> needs = graph.links().stream()
                    .map(each -> List.of("s" + each.to(), "s" + each.from()))
                    .collect(Collectors.toCollection(HashSet::new));
            needs.add(List.of("s" + link.from(), "s" + link.to()));
            for (int i = 1; i < keys.size(); i++) {
                assertThat(needs).contains(List.of(keys.get(i - 1), keys.get(i)));
            }
        }
    }

    private static void checkOrder(Definition pipeline) {
        Map<String, Integer> position = new HashMap<>();
        List<Step> order = pipeline.topological();
        order.forEach(step -> position.put(step.key(), position.size()));
        assertThat(order).containsExactlyInAnyOrderElementsOf(pipeline.steps());
        assertThat(pipeline.edges())
                .allSatisfy(edge -> assertThat(position.get(edge.from())).isLessThan(position.get(edge.to())));
        Map<String, Integer> longest = new HashMap<>();
        Map<String, List<Dependency>> prerequisites = pipeline.prerequisites();
        for (Step step : order) {
            longest.put(
                    step.key(),
                    prerequisites.getOrDefault(step.key(), List.of()).stream()
                            .mapToInt(edge -> longest.get(edge.from()) + 1)
                            .max()
                            .orElse(0));
        }
        List<List<Step>> layers = pipeline.layers();
        for (int layer = 0; layer < layers.size(); layer++) {
            int number = layer;
            assertThat(layers.get(layer))
                    .isNotEmpty()
                    .allSatisfy(step -> assertThat(longest.get(step.key())).isEqualTo(number))
                    .isSortedAccordingTo((one, other) ->
                            pipeline.steps().indexOf(one) - pipeline.steps().indexOf(other));
        }
    }

    /** Rules 2 to 4, pair by pair. */
    private static Set<Dependency> naive(List<Item> items) {
        Set<Dependency> edges = new LinkedHashSet<>();
        for (int to = 0; to < items.size(); to++) {
            if (!(items.get(to) instanceof Command dependent)) {
                continue;
            }
            for (int from = 0; from < items.size(); from++) {
                if (!(items.get(from) instanceof Command prerequisite)) {
                    continue;
                }
                List<Wait> between = from < to
                        ? items.subList(from, to).stream()
                                .filter(Wait.class::isInstance)
                                .map(Wait.class::cast)
                                .toList()
                        : List.of();
                String key = "s" + prerequisite.key();
                if (dependent.buildsIn() != null && dependent.buildsIn() == prerequisite.key()) {
                    edges.add(new Dependency(key, "s" + dependent.key(), Kind.BUILDS_IN, false));
                } else if (!between.isEmpty()) {
                    boolean onFinish = between.stream().allMatch(Wait::continueOnFailure);
                    edges.add(new Dependency(key, "s" + dependent.key(), Kind.DEPENDS_ON, onFinish));
                }
            }
        }
        return edges;
    }

    /** Takes away what waits for nothing until nothing can be taken. */
    private static boolean isCyclic(List<Item> items, Set<Dependency> edges) {
        Set<String> left = items.stream()
                .filter(Command.class::isInstance)
                .map(item -> "s" + ((Command) item).key())
                .collect(Collectors.toCollection(HashSet::new));
        while (left.removeIf(
                key -> edges.stream().noneMatch(edge -> edge.to().equals(key) && left.contains(edge.from())))) {
            // again
        }
        return !left.isEmpty();
    }

    private static PipelineException.Code codeOf(String text) {
        try {
            PipelineParser.parse(text);
            throw new AssertionError("not refused: " + text);
        } catch (PipelineException e) {
            return e.code();
        }
    }

    static String text(List<Item> items) {
        return Texts.flat(items.stream()
                .map(item -> switch (item) {
                    case Command(int key, Integer buildsIn) ->
                        buildsIn == null
                                ? Texts.command("s" + key)
                                : Texts.command("s" + key, "'builds_in':'s" + buildsIn + "'");
                    case Wait(boolean continueOnFailure) ->
                        continueOnFailure ? Texts.waitOnFailure() : Texts.waitStep();
                })
                .toArray(String[]::new));
    }

    static String text(Graph graph, List<Link> more) {
        List<String> keys = graph.order().stream().map(node -> "s" + node).toList();
        List<Link> links = new ArrayList<>(graph.links());
        links.addAll(more);
        return Texts.graph(
                keys,
                links.stream()
                        .map(link -> "[" + keys.indexOf("s" + link.from()) + "," + keys.indexOf("s" + link.to()) + ",'"
                                + link.kind().wireName() + "']")
                        .toArray(String[]::new));
    }

    @Provide
    static Arbitrary<List<Item>> items() {
        return Arbitraries.integers().between(0, 14).flatMap(commands -> {
            Arbitrary<@Nullable Integer> parent =
                    Arbitraries.integers().between(0, Math.max(0, commands - 1)).injectNull(0.7);
            Arbitrary<List<Integer>> keys =
                    Arbitraries.shuffle(IntStream.range(0, commands).boxed().toList());
            Arbitrary<List<Integer>> kinds =
                    Arbitraries.integers().between(0, 4).list().ofSize(commands * 2);
            return Combinators.combine(keys, parent.list().ofSize(commands), kinds)
                    .as((order, parents, waits) -> {
                        List<Item> items = new ArrayList<>();
                        for (int i = 0; i < commands; i++) {
                            addWait(items, waits.get(2 * i));
                            addWait(items, waits.get(2 * i + 1));
                            Integer buildsIn = parents.get(i);
                            // Mostly backwards, so that most pipelines have no cycle.
                            boolean forwards =
                                    buildsIn != null && order.indexOf(buildsIn) >= i && waits.get(2 * i) != 4;
                            items.add(new Command(order.get(i), forwards ? null : buildsIn));
                        }
                        return items;
                    });
        });
    }

    private static void addWait(List<Item> items, int kind) {
        if (kind < 2) {
            items.add(new Wait(kind == 1));
        }
    }

    @Provide
    static Arbitrary<Graph> graphs() {
        return Arbitraries.integers().between(1, 15).flatMap(nodes -> {
            Arbitrary<Integer> node = Arbitraries.integers().between(0, nodes - 1);
            Arbitrary<List<Link>> links = Combinators.combine(node, node)
                    .as((one, other) -> new Link(Math.min(one, other), Math.max(one, other), Kind.DEPENDS_ON))
                    .filter(link -> nodes == 1 || link.from() != link.to())
                    .list()
                    .ofMaxSize(40);
            Arbitrary<List<Integer>> order =
                    Arbitraries.shuffle(IntStream.range(0, nodes).boxed().toList());
            return Combinators.combine(order, nodes == 1 ? Arbitraries.just(List.<Link>of()) : links)
                    .as((shuffled, all) -> new Graph(shuffled, oneParentEach(all)));
        });
    }

    /** Of the edges into a node, the first becomes builds_in for every other node. */
    private static List<Link> oneParentEach(List<Link> links) {
        Set<Integer> based = new HashSet<>();
        return links.stream()
                .map(link -> link.to() % 2 == 0 && based.add(link.to())
                        ? new Link(link.from(), link.to(), Kind.BUILDS_IN)
                        : link)
                .toList();
    }
}
