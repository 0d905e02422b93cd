package dev.trivet.web;

import dev.trivet.web.view.ErrorNote;
import dev.trivet.web.view.Frame;
import dev.trivet.web.view.RunDetail;
import dev.trivet.web.view.RunList;
import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import java.util.Map;

/** The templates, compiled when this was built; every text in them is escaped where it is put in. Thread-safe. */
final class Templates {
    private static final int USUAL_SIZE = 4096;

    private final TemplateEngine engine = TemplateEngine.createPrecompiled(ContentType.Html);

    String runs(Frame frame, RunList list) {
        return render("runs.jte", Map.of("frame", frame, "list", list));
    }

    String run(Frame frame, RunDetail run) {
        return render("run.jte", Map.of("frame", frame, "run", run));
    }

    String login(Frame frame, String returnTo, String problem) {
        return render("login.jte", Map.of("frame", frame, "returnTo", returnTo, "problem", problem));
    }

    String error(Frame frame, ErrorNote error) {
        return render("error.jte", Map.of("frame", frame, "error", error));
    }

    /** A part of a page, by the template's name below {@code parts/} and its only parameter. */
    String part(String name, String parameter, Object value) {
        return render("parts/" + name + ".jte", Map.of(parameter, value));
    }

    private String render(String name, Map<String, Object> parameters) {
        StringOutput output = new StringOutput(USUAL_SIZE);
        engine.render(name, parameters, output);
        return output.toString();
    }
}
