package io.eplb.cli.reports;

import io.eplb.api.wording.Counted;
import io.eplb.core.advice.Advice;
import io.eplb.core.advice.Findings;
import io.eplb.core.advice.Hierarchy;
import io.eplb.core.advice.Trial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The choices of an advice in words, each with its figure and its reason.
 *
 * @param advice the advice
 * @param findings its trials
 * @param memory the memory that the redundancy of the knee takes on each rank, if it is known
 */
record AdviceChoices(Advice advice, Findings findings, Optional<Long> memory) {
  /** Returns the choices by name. */
  Map<String, String> byName() {
    Map<String, String> choices = new LinkedHashMap<>();
    choices.put("redundant", redundant());
    choices.put("policy", policy());
    choices.put("interval", interval());
    choices.put("dispatch", dispatch());
    choices.put("hierarchy", hierarchical());
    return choices;
  }

  private double worthwhile() {
    return advice.question().measure().worthwhile();
  }

  private String redundant() {
    Trial knee = findings.curve().knee();
    List<Trial> points = findings.curve().points();
    Trial most = points.get(points.size() - 1);
    return TextReport.text(
        "%,d (%s): %.3f; %s%s",
        redundant(knee),
        slots(knee),
        knee.cost(),
        knee.equals(most)
            ? "the most that was tried"
            : TextReport.text(
                "more saves less than %.0f %% or no more than noise (%,d: %.3f)",
                100 * worthwhile(), redundant(most), most.cost()),
        memory
            .filter(bytes -> bytes > 0)
            .map(bytes -> "; " + TextReport.bytes(bytes) + " of each rank's memory")
            .orElse(""));
  }

  private static int redundant(Trial trial) {
    return trial.candidate().redundantExperts();
  }

  private static String slots(Trial trial) {
    return TextReport.text("%s per rank", Counted.grouped(trial.slotsPerRank(), "slot"));
  }

  private String policy() {
    Trial chosen = findings.curve().knee();
    return TextReport.text(
        "%s: %.3f, moving %.1f experts per layer and plan; %s%s",
        chosen.candidate().policy(),
        chosen.cost(),
        chosen.movedLater(),
        advice.question().movesPriced()
            ? "of all policies and intervals, the least with its moves but for noise"
            : "of those that are best but for noise, it moves the fewest",
        findings.refusing().isEmpty()
            ? ""
            : "; not for this group: " + String.join(", ", findings.refusing()));
  }

  private static String windows(int interval) {
    return interval == 1 ? "window" : Counted.grouped(interval, "window");
  }

  private String interval() {
    int windows = findings.advised().candidate().interval();
    String figures =
        findings.intervals().stream()
            .map(
                trial ->
                    TextReport.text("every %d %.3f", trial.candidate().interval(), trial.cost()))
            .collect(Collectors.joining(", "));
    String chosen = TextReport.text("plan every %s: %s", windows(windows), figures);
    if (windows > 1 && !advice.question().movesPriced()) {
      chosen += "; it is the longest that is best but for noise";
    }
    Trial prompt = findings.intervals().get(0);
    return advice.shifts()
        ? chosen
            + TextReport.text(
                ". The load changes from window to window: PAR is %.3f on the window planned from,"
                    + " %.3f on the next",
                prompt.parSame(), prompt.par())
        : chosen;
  }

  private String dispatch() {
    Optional<Trial> better = findings.betterDispatch(worthwhile());
    Trial present = findings.dispatches().get(0);
    String others =
        findings.dispatches().stream()
            .skip(1)
            .map(
                trial ->
                    TextReport.text(
                        ", %s %.3f with %s",
                        label(trial), trial.cost(), trial.candidate().policy()))
            .collect(Collectors.joining());
    int redundant = redundant(findings.dispatches().get(findings.dispatches().size() - 1));
    if (redundant != redundant(present)) {
      others +=
          TextReport.text(" (the others with %s)", Counted.grouped(redundant, "redundant expert"));
    }
    return better
            .map(trial -> label(trial) + ", if the engine can")
            .orElse(label(present) + " as it is")
        + TextReport.text(
            ": %s %.3f with %s%s",
            label(present), present.cost(), present.candidate().policy(), others)
        + better
            .map(trial -> TextReport.text("; --dispatch %s advises for it", label(trial)))
            .orElse("")
        + (advice.question().steps() ? "" : "; single needs a recording of steps");
  }

  private static String label(Trial trial) {
    return trial.candidate().dispatch().label();
  }

  private String hierarchical() {
    if (findings.hierarchy().isEmpty()) {
      return "does not apply: it takes --nodes and --groups above 1";
    }
    Hierarchy hierarchy = findings.hierarchy().get();
    if (hierarchy.within().isEmpty()) {
      return "no: no policy keeps the expert groups on one node each";
    }
    String figures =
        "groups on one node "
            + named(hierarchy.within().get())
            + hierarchy.across().map(trial -> ", global " + named(trial)).orElse("");
    return hierarchy.worthKeeping(worthwhile())
        ? "if traffic between nodes limits the engine, for it costs little: " + figures
        : "no, it costs balance: " + figures;
  }

  private static String named(Trial trial) {
    return TextReport.text(
        "%.3f (%s, moves %.1f)", trial.cost(), trial.candidate().policy(), trial.movedLater());
  }
}
