package io.eplb.cli.commands;

import io.eplb.api.Dispatch;
import io.eplb.api.EpTopology;
import io.eplb.cli.arguments.ConfigArguments;
import io.eplb.cli.arguments.ContractArguments;
import io.eplb.cli.arguments.DispatchArguments;
import io.eplb.cli.arguments.FileNames;
import io.eplb.cli.arguments.NamedInputs;
import io.eplb.cli.arguments.PageArguments;
import io.eplb.cli.arguments.PolicyPathArguments;
import io.eplb.cli.arguments.PriceArguments;
import io.eplb.cli.arguments.ReportArguments;
import io.eplb.cli.arguments.RoutedArguments;
import io.eplb.cli.arguments.StepTimeArguments;
import io.eplb.cli.arguments.TopologyArguments;
import io.eplb.cli.arguments.WholeNumber;
import io.eplb.cli.arguments.WindowArguments;
import io.eplb.cli.pictures.AdvicePage;
import io.eplb.cli.pictures.InputDigest;
import io.eplb.cli.reports.AdviceReport;
import io.eplb.cli.shell.ExitCode;
import io.eplb.cli.shell.Interruption;
import io.eplb.cli.terminal.Progress;
import io.eplb.core.advice.Advice;
import io.eplb.core.advice.Advisor;
import io.eplb.core.advice.Question;
import io.eplb.core.advice.SampledLayers;
import io.eplb.core.config.EplbConfig;
import io.eplb.core.config.Settings;
import io.eplb.core.format.InputSource;
import io.eplb.core.load.LoadRecording;
import io.eplb.core.load.LoadTrace;
import io.eplb.core.registry.DiscoveredPolicy;
import io.eplb.core.registry.PolicyRegistry;
import io.eplb.core.simulation.Contenders;
import io.eplb.core.simulation.MovePrice;
import java.io.InputStream;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command {@code eplb advise}: says whether balancing pays on a recording, and how. */
@Command(
    name = "advise",
    description =
        "Says from a recording whether balancing pays, and with how many redundant experts, which"
            + " policy, interval and dispatch.",
    sortOptions = false)
public final class AdviseCommand extends EplbCommand {
  @Option(
      names = "--trace",
      paramLabel = "FILE",
      required = true,
      completionCandidates = FileNames.Loads.class,
      description =
          "A recording of at least four windows, better 16, in any load format; the later half is"
              + " held back. - is stdin.")
  private String trace = "";

  @Mixin private RoutedArguments routedArguments;

  @Mixin private WindowArguments windowArguments;
  @Mixin private TopologyArguments topologyArguments;

  @Option(
      names = "--max-redundant",
      paramLabel = "K",
      converter = WholeNumber.RedundantExperts.class,
      description = "The most redundant experts to try (default: one for each expert).")
  private @Nullable Integer maxRedundant;

  @Mixin private ConfigArguments configArguments;
  @Mixin private PolicyPathArguments policyPath;
  @Mixin private DispatchArguments dispatchArguments;
  @Mixin private ContractArguments contractArguments;
  @Mixin private PriceArguments priceArguments;

  @Mixin private StepTimeArguments stepTimeArguments;
  @Mixin private PageArguments pageArguments;

  @Option(names = "--force", description = "Replace an existing report.")
  private boolean force;

  @Mixin private ReportArguments reportArguments;

  @Override
  public Integer call() {
    pageArguments.requireWanted(force);
    InputStream in = pageArguments.wanted() ? InputDigest.remembering(System.in) : System.in;
    List<InputSource> inputs = new ArrayList<>(NamedInputs.of(in, trace, configArguments.name()));
    EplbConfig config = dispatchArguments.over(topologyArguments.over(configArguments.read(in)));
    TopologyArguments.ranks(config);
    Optional<PageOutput> page =
        pageArguments
            .resolve(inputs, standardOutput(), force)
            .map(file -> new PageOutput(file, () -> run(inputs, in, contractArguments.seed())));
    Optional<MovePrice> movePrice = priceArguments.movePrice();
    try (Progress progress = progress();
        PolicyRegistry registry = policyPath.open(config)) {
      progress.begin("reading");
      try (LoadTrace recording = routedArguments.open(InputSource.of(trace, in))) {
        EpTopology present = present(recording.experts(), config);
        LoadRecording sampled = SampledLayers.read(recording, windowArguments.steps());
        Question question =
            new Question(
                sampled,
                windowArguments.steps(),
                present,
                maxRedundant == null ? present.experts() : maxRedundant,
                config.dispatch(),
                stepTimeArguments.time(),
                movePrice);
        AdviceReport.Setting setting =
            new AdviceReport.Setting(
                trace, recording.layers(), priceArguments.expertBytes(), contractArguments.seed());
        return advise(question, registry, config, setting, page, progress);
      }
    }
  }

  /** Returns the group as it serves now: without redundant experts that nobody asked for. */
  private static EpTopology present(int experts, EplbConfig config) {
    if (config.given(Settings.REDUNDANT_EXPERTS).isPresent()) {
      return TopologyArguments.forExperts(experts, config);
    }
    int ranks = TopologyArguments.ranks(config);
    int fewest = (ranks - experts % ranks) % ranks;
    return TopologyArguments.forExperts(
        experts, config.with(Settings.REDUNDANT_EXPERTS, (long) fewest));
  }

  private int advise(
      Question question,
      PolicyRegistry registry,
      EplbConfig config,
      AdviceReport.Setting setting,
      Optional<PageOutput> page,
      Progress progress) {
    Function<Dispatch, Contenders> contenders =
        dispatch ->
            new Contenders(
                    registry,
                    contractArguments.settings(),
                    config.with(Settings.DISPATCH, dispatch.label()),
                    contractArguments.seed())
                .with(priceArguments.costs());
    Advisor advisor =
        new Advisor(
            question,
            registry.policies().stream().map(DiscoveredPolicy::name).toList(),
            (policy, dispatch) -> contenders.apply(dispatch).find(policy, policy, Map.of()),
            (done, outOf) -> progress.done(done));
    progress.begin("trying", advisor.most(), "candidates");
    Interruption interruption = new Interruption(advisor::stop);
    try {
      Optional<Advice> advice = advisor.advise();
      if (advice.isEmpty()) {
        err().println("eplb advise: interrupted before the end");
        return ExitCode.INTERRUPTED;
      }
      print(new AdviceReport(setting, advice.get()), page);
      return ExitCode.DONE;
    } finally {
      interruption.close();
    }
  }

  private void print(AdviceReport report, Optional<PageOutput> page) {
    PrintWriter printer = beside(page.map(PageOutput::file));
    reportArguments.print(report, printer);
    page.ifPresent(
        target -> {
          target.file().write(new AdvicePage(report, target.run().get())::write);
          if (!reportArguments.json()) {
            printer.println("report written to " + target.file());
          }
        });
  }
}
