package io.eplb.cli.reports;

import io.eplb.api.EpTopology;
import io.eplb.api.wording.Counted;
import io.eplb.core.advice.Advice;
import io.eplb.core.advice.Candidate;
import io.eplb.core.advice.Findings;
import io.eplb.core.advice.Measure;
import io.eplb.core.advice.Question;
import io.eplb.core.advice.Trial;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

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
    return advice
        .findings()
        .map(
            findings ->
                new AdviceChoices(advice, findings, memory(findings.curve().knee())).byName())
        .orElse(Map.of());
  }

  private Measure measure() {
    return advice.question().measure();
  }

  private static int redundant(Trial trial) {
    return trial.candidate().redundantExperts();
  }

  /** Returns the redundant experts of a trial, and its policy. */
  public static String redundantAndPolicy(Trial trial) {
    return TextReport.text("%,d %s", redundant(trial), trial.candidate().policy());
  }

  /** Returns the memory that the redundancy takes on each rank beyond the fewest slots. */
  public Optional<Long> memory(Trial trial) {
    EpTopology present = advice.question().present();
    int fewest = (present.experts() + present.ranks() - 1) / present.ranks();
    return setting
        .expertBytes()
        .map(bytes -> bytes * setting.layers() * (trial.slotsPerRank() - fewest));
  }

  private static String label(Trial trial) {
    return trial.candidate().dispatch().label();
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
