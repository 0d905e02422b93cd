package dev.trivet.cli;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The rules of the house (docs/architecture.md), checked on the compiled classes and on the sources. */
class HouseTest {
    private static final Path ROOT = Path.of(System.getProperty("trivet.root", ".."));

    /** A module uses only what stands before it. Dialects never know each other. */
    private static final List<String> ORDER = List.of(
            "core",
            "store",
            "blobs",
            "logs",
            "engine",
            "accounts",
            "notify",
            "http",
            "sandbox",
            "runner",
            "nix",
            "srht",
            "harmont",
            "circus",
            "web",
            "server",
            "cli",
            "bench");

    private static final Set<String> DIALECTS = Set.of("srht", "harmont", "circus");

    private static final Pattern ENGINE_WRITE = Pattern.compile(
            "(?:insert\\s+into|update|delete\\s+from)\\s+(run|job|step|queue|lease)\\b", Pattern.CASE_INSENSITIVE);
    private static final Pattern DEPENDENCY =
            Pattern.compile("<dependency><groupId>([^<]+)</groupId><artifactId>([^<]+)</artifactId>");

    private static JavaClasses classes;

    @BeforeAll
    static void load() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("dev.trivet");
    }

    @Test
    void aModuleUsesOnlyWhatStandsAboveIt() {
        Set<String> wrong = new TreeSet<>();
        Set<String> seen = new TreeSet<>();
        for (JavaClass user : classes) {
            seen.add(module(user));
            int place = ORDER.indexOf(module(user));
            assertThat(place).as("the place of %s in the order", user.getName()).isNotNegative();
            user.getDirectDependenciesFromSelf().stream()
                    .map(dependency -> dependency.getTargetClass().getBaseComponentType())
                    .filter(used -> used.getPackageName().startsWith("dev.trivet."))
                    .filter(used -> ORDER.indexOf(module(used)) > place || areTwoDialects(user, used))
                    .forEach(used -> wrong.add(user.getName() + " uses " + used.getName()));
        }
        assertThat(wrong).isEmpty();
        assertThat(seen).as("modules looked at").contains("core", "engine", "srht", "web", "server", "cli");
    }

    @Test
    void thePackagesOfAModuleHaveNoCycles() {
        slices().matching("dev.trivet.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void noClassIsNamedForNothing() {
        assertThat(classes.stream()
                        .map(JavaClass::getSimpleName)
                        .filter(name -> name.matches(".*(Manager|Helper|Helpers|Util|Utils|Impl)"))
                        // What distributions call it: apt, dnf, apk.
                        .filter(name -> !name.equals("PackageManager")))
                .isEmpty();
    }

    @Test
    void onlyTheEngineWritesWhatIsTheEngines() throws IOException {
        Map<Path, List<String>> writers = new TreeMap<>();
        for (Path source : sources()) {
            List<String> writes = ENGINE_WRITE
                    .matcher(Files.readString(source))
                    .results()
                    .map(MatchResult::group)
                    .toList();
            // A benchmark gives the same rows to its baseline, and fills a queue faster than by submitting.
            if (!writes.isEmpty() && !source.startsWith(ROOT.resolve("bench"))) {
                writers.put(ROOT.relativize(source), writes);
            }
        }
        assertThat(writers.keySet())
                .isNotEmpty()
                .allSatisfy(source -> assertThat(source)
                        .as("%s writes %s", source, writers.get(source))
                        .startsWithRaw(Path.of("engine")));
    }

    @Test
    void everyDependencyHasItsLineInTheDocumentation() throws IOException {
        Set<String> used = new TreeSet<>();
        for (Path pom : poms()) {
            String text = Files.readString(pom).replaceAll("(?s)<dependencyManagement>.*?</dependencyManagement>", "");
            DEPENDENCY
                    .matcher(text)
                    .results()
                    .filter(found -> !found.group(1).equals("dev.trivet"))
                    .forEach(found -> used.add(found.group(1) + ":" + found.group(2)));
        }
        Set<String> told = Pattern.compile("^\\| `([^`:]+:[^`]+)` \\|", Pattern.MULTILINE)
                .matcher(Files.readString(ROOT.resolve("docs/dependencies.md")))
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(told).isEqualTo(used);
    }

    private static boolean areTwoDialects(JavaClass user, JavaClass used) {
        return !module(user).equals(module(used)) && DIALECTS.containsAll(List.of(module(user), module(used)));
    }

    private static String module(JavaClass type) {
        return type.getPackageName().split("\\.", -1)[2];
    }

    private static List<Path> poms() throws IOException {
        List<Path> poms = new ArrayList<>(modules().stream()
                .map(module -> module.resolve("pom.xml"))
                .filter(Files::exists)
                .toList());
        poms.add(ROOT.resolve("pom.xml"));
        return poms;
    }

    private static List<Path> sources() throws IOException {
        return modules().stream()
                .map(module -> module.resolve("src/main/java"))
                .filter(Files::isDirectory)
                .flatMap(HouseTest::walk)
                .filter(file -> file.toString().endsWith(".java"))
                .toList();
    }

    private static List<Path> modules() throws IOException {
        String pom = Files.readString(ROOT.resolve("pom.xml"));
        return Pattern.compile("<module>([^<]+)</module>")
                .matcher(pom)
                .results()
                .map(found -> ROOT.resolve(found.group(1)))
                .toList();
    }

    private static Stream<Path> walk(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
