package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.advice.Advice;
import io.eplb.core.advice.Candidate;
import io.eplb.core.advice.Findings;
import io.eplb.core.advice.Hierarchy;
import io.eplb.core.advice.Measure;
import io.eplb.core.advice.Question;
import io.eplb.core.advice.Trial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The result of {@code eplb advise}.
 *
 * @param setting the inputs that the advice does not know
 * @param advice the advice
 */
public record AdviceReport(Setting setting, Advice advice) implements Report {
  private static final Column INTERVAL =
      new Column("plan every", trial -> TextReport.text("%,d", trial.candidate().interval()));

  /**
   * The inputs that the advice does not know.
   *
   * @param trace the recording's name
   * @param layers all its layers
   * @param expertBytes the size of an expert, if it is known
   * @param seed the seed of random policies
   */
  public record Setting(String trace, int layers, Optional<Long> expertBytes, long seed) {}

  /** Returns the answer in a sentence. */
  public String answer() {
    String answer =
        advice.verdict().pays()
            ? "Yes, balancing pays: "
            : advice.verdict().answered() ? "No, balancing does not pay: " : "No answer: ";
    return answer + advice.verdict().because() + ".";
  }

  /** Returns what the answer is about, each thing with its name. */
  public Map<String, String> facts() {
    Question question = advice.question();
    EpTopology present = question.present();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(
        "trace",
        TextReport.text(
            "%s: %s × %s × %s",
            setting.trace(),
            Counted.grouped(
                question.recording().windows(), question.stepsPerWindow() > 1 ? "step" : "window"),
            Counted.grouped(setting.layers(), "layer"),
            Counted.grouped(present.experts(), "expert")));
    facts.put(
        "group",
        TextReport.text(
            "%s, %s, %s; now %s, dispatch %s",
            Counted.grouped(present.ranks(), "rank"),
            Counted.grouped(present.nodes(), "node"),
            Counted.grouped(present.expertGroups(), "expert group"),
            Counted.grouped(present.redundantExperts(), "redundant expert"),
            question.dispatch().label()));
    if (advice.verdict().answered()) {
      facts.put(
          "judged by",
          TextReport.text(
              "windows %d to %d, held back%s%s%s",
              question.taught(),
              question.windows() - 1,
              question.stepsPerWindow() > 1
                  ? TextReport.text(", of %d steps each", question.stepsPerWindow())
                  : "",
              question.recording().layers() < setting.layers()
                  ? TextReport.text(
                      "; %d of %d layers, evenly spaced",
                      question.recording().layers(), setting.layers())
                  : "",
              question.movePrice().isPresent() && !question.movesPriced()
                  ? "; without the time of moves, which --step-time makes count"
                  : ""));
    }
    return facts;
  }

  /** Returns what to choose, each choice with its name, figure and reason. */
  public Map<String, String> choices() {
    Map<String, String> choices = new LinkedHashMap<>();
    advice
        .findings()
        .ifPresent(
            findings -> {
              choices.put("redundant", redundant(findings));
              choices.put("policy", policy(findings));
              choices.put("interval", interval(findings));
              choices.put("dispatch", dispatch(findings));
              choices.put("hierarchy", hierarchical(findings));
            });
    return choices;
  }

  private Measure measure() {
    return advice.question().measure();
  }

  private static int redundant(Trial trial) {
    return trial.candidate().redundantExperts();
  }

  private String redundant(Findings findings) {
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
                100 * measure().worthwhile(), redundant(most), most.cost()),
        memory(knee)
            .filter(bytes -> bytes > 0)
            .map(bytes -> "; " + TextReport.bytes(bytes) + " of each rank's memory")
            .orElse(""));
  }

  /** Returns the redundant experts of a trial, and its policy. */
  public static String redundantAndPolicy(Trial trial) {
    return TextReport.text("%,d %s", redundant(trial), trial.candidate().policy());
  }

  private static String slots(Trial trial) {
    return TextReport.text("%s per rank", Counted.grouped(trial.slotsPerRank(), "slot"));
  }

  /** Returns the memory that the redundancy takes on each rank beyond the fewest slots. */
  public Optional<Long> memory(Trial trial) {
    EpTopology present = advice.question().present();
    int fewest = (present.experts() + present.ranks() - 1) / present.ranks();
    return setting
        .expertBytes()
        .map(bytes -> bytes * setting.layers() * (trial.slotsPerRank() - fewest));
  }

  /** Returns the trial for which the policy was chosen. */
  private Trial chosen(Findings findings) {
    return advice.question().movesPriced() ? findings.advised() : findings.intervals().get(0);
  }

  private static String windows(int interval) {
    return interval == 1 ? "window" : Counted.grouped(interval, "window");
  }

  private String policy(Findings findings) {
    Trial chosen = chosen(findings);
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

  private String interval(Findings findings) {
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

  private String dispatch(Findings findings) {
    Optional<Trial> better = findings.betterDispatch(measure().worthwhile());
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

  private String hierarchical(Findings findings) {
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
    return hierarchy.worthKeeping(measure().worthwhile())
        ? "if traffic between nodes limits the engine, for it costs little: " + figures
        : "no, it costs balance: " + figures;
  }

  private static String named(Trial trial) {
    return TextReport.text(
        "%.3f (%s, moves %.1f)", trial.cost(), trial.candidate().policy(), trial.movedLater());
  }

  @Override
  public void print(TextReport text) {
    facts().forEach((name, fact) -> text.row(name, "%s", fact));
    text.blank();
    text.wrapped(0, answer());
    Column memory =
        setting.expertBytes().isPresent()
            ? new Column("memory/rank", trial -> TextReport.bytes(memory(trial).orElseThrow()))
            : new Column("slots/rank", trial -> TextReport.text("%,d", trial.slotsPerRank()));
    advice
        .findings()
        .ifPresent(
            findings -> {
              text.blank();
              if (!advice.verdict().pays()) {
                text.line("The best that was found all the same:");
              }
              choices().forEach((name, choice) -> text.row(name, "%s", choice));
              text.blank();
              table(
                  text,
                  "redundant, policy",
                  findings.curve().points(),
                  AdviceReport::redundantAndPolicy,
                  memory);
              text.blank();
              table(
                  text,
                  "policy",
                  findings.policies(),
                  trial -> trial.candidate().policy(),
                  advice.question().movesPriced() ? INTERVAL : memory);
            });
  }

  /** A column of a table. */
  private record Column(String title, Function<Trial, String> text) {}

  private void table(
      TextReport text,
      String name,
      List<Trial> trials,
      Function<Trial, String> label,
      Column last) {
    Trial before = advice.before().orElseThrow();
    text.line(
        "%-19s %15s %9s %9s %11s %11s",
        name,
        measure().title(),
        measure() == Measure.WINDOW ? "saves" : "PAR, next",
        advice.question().steps() ? "most read" : "PAR, same",
        "moved later",
        last.title());
    for (Trial trial : trials) {
      text.line(
          "%-19s %15s %9s %9.4f %11.1f %11s",
          label.apply(trial),
          TextReport.text("%.4f", trial.cost()),
          measure() == Measure.WINDOW
              ? TextReport.text("%.1f %%", 100 * trial.saving(before))
              : TextReport.text("%.4f", trial.par()),
          trial.activated().orElse(trial.parSame()),
          trial.movedLater(),
          last.text().apply(trial));
    }
  }

  @Override
  public JsonObject json() {
    Question question = advice.question();
    JsonObject json =
        new JsonObject()
            .with("trace", setting.trace())
            .with("windows", question.windows())
            .with("windowsHeldBack", question.heldBack())
            .with("stepsPerWindow", question.stepsPerWindow());
    TopologyFigures.add(setting.layers(), question.present(), json)
        .with("layersJudged", question.recording().layers())
        .with("redundantExperts", question.present().redundantExperts())
        .with("dispatch", question.dispatch().label())
        .with("seed", setting.seed())
        .with("measure", measure().toString().toLowerCase(Locale.ROOT))
        .with("worthwhile", measure().worthwhile())
        .with("answered", advice.verdict().answered())
        .with("pays", advice.verdict().pays())
        .with("reason", words(advice.verdict().reason()))
        .with("because", advice.verdict().because())
        .with("before", advice.before().map(this::json));
    return json.with("advice", advice.findings().map(this::json));
  }

  private static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private JsonObject json(Findings findings) {
    return new JsonObject()
        .with("advised", json(findings.advised()))
        .with(
            "dispatch",
            label(
                findings
                    .betterDispatch(measure().worthwhile())
                    .orElse(findings.dispatches().get(0))))
        .with("shifts", advice.shifts())
        .with(
            "hierarchy", findings.hierarchy().map(one -> one.worthKeeping(measure().worthwhile())))
        .with("reasons", reasons())
        .with("curve", all(findings.curve().points()))
        .with("policies", all(findings.policies()))
        .with("refusing", findings.refusing())
        .with("intervals", all(findings.intervals()))
        .with("dispatches", all(findings.dispatches()));
  }

  private JsonObject reasons() {
    JsonObject reasons = new JsonObject();
    choices().forEach(reasons::with);
    return reasons;
  }

  private List<JsonObject> all(List<Trial> trials) {
    return trials.stream().map(this::json).toList();
  }

  private JsonObject json(Trial trial) {
    Candidate candidate = trial.candidate();
    return new JsonObject()
        .with("policy", candidate.policy())
        .with("redundantExperts", candidate.redundantExperts())
        .with("slotsPerRank", trial.slotsPerRank())
        .with("interval", candidate.interval())
        .with("dispatch", candidate.dispatch().label())
        .with("cost", trial.cost())
        .with("costs", trial.costs())
        .with("parNextWindow", trial.par())
        .with("parSameWindow", trial.parSame())
        .with("activatedPerStep", trial.activated().stream().boxed().findFirst())
        .with(
            "expertsMovedPerLayer",
            new JsonObject().with("first", trial.movedFirst()).with("later", trial.movedLater()))
        .with("groupsOnOneNode", trial.groupsOnOneNode())
        .withPresent("memoryPerRank", memory(trial));
  }
}
