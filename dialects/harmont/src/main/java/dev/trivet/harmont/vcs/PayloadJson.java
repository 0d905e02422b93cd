package dev.trivet.harmont.vcs;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.filter.FilteringParserDelegate;
import tools.jackson.core.filter.TokenFilter;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads the body of a webhook, leaving out the lists of files, which can be most of it: 25 MB become a small tree. */
final class PayloadJson {
    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(64)
                            .maxTokenCount(4_000_000)
                            .maxStringLength(4 << 20)
                            .maxNameLength(1024)
                            .maxNumberLength(100)
                            .build())
                    .build())
            .build();

    private PayloadJson() {}

    /**
     * Reads the one value that the bytes are.
     *
     * @throws MalformedPayloadException when they are no JSON, or beyond every bound
     */
    static JsonNode read(byte[] json) throws MalformedPayloadException {
        try (JsonParser all = MAPPER.createParser(json);
                JsonParser wanted = new FilteringParserDelegate(
                        all, new WithoutFiles(), TokenFilter.Inclusion.INCLUDE_ALL_AND_PATH, true)) {
            // Nothing at all is read as null, though no annotation says so.
            Optional<JsonNode> node = Optional.ofNullable(MAPPER.readTree(wanted));
            if (node.isEmpty() || wanted.nextToken() != null) {
                throw new MalformedPayloadException("the body should be one JSON value, nothing less and nothing more");
            }
            return node.get();
        } catch (JacksonException e) {
            throw new MalformedPayloadException("the body is not the JSON that is expected: " + e.getOriginalMessage());
        }
    }

    private static final class WithoutFiles extends TokenFilter {
        private static final Set<String> FILES = Set.of("added", "removed", "modified");

        @Override
        public @Nullable TokenFilter includeProperty(String name) {
            return FILES.contains(name) ? null : this;
        }

        @Override
        protected boolean _includeScalar() {
            return true;
        }

        @Override
        public boolean includeEmptyArray(boolean contentsFiltered) {
            return true;
        }

        @Override
        public boolean includeEmptyObject(boolean contentsFiltered) {
            return true;
        }
    }
}
