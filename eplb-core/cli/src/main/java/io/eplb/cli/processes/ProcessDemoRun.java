package io.eplb.cli.processes;

import io.eplb.api.EpTopology;
import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.cli.reports.ProcessDemoReport;
import io.eplb.cli.shell.Interruption;
import io.eplb.core.engine.shared.SharedFolder;
import io.eplb.core.format.placement.PlacementFormat;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.server.cluster.EndedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The files of a demonstration with processes, and its run.
 *
 * @param recording the recording's name
 * @param trace its file as given; empty for the one that ships
 * @param layers its layers
 * @param topology the group
 * @param policy the policy's name
 * @param seed the seed of the policy and of the kills
 * @param interval the steps from plan to plan
 * @param expertBytes the bytes of one expert's weights
 * @param stepMillis the time from step to step
 */
public record ProcessDemoRun(
    String recording,
    Optional<String> trace,
    int layers,
    EpTopology topology,
    String policy,
    long seed,
    long interval,
    int expertBytes,
    int stepMillis) {
  /**
   * Runs the demonstration; its files are removed if all is right.
   *
   * @param told receives each kill when the group has recovered from it
   * @return the report; empty if Ctrl-C ended it
   * @throws InternalException if the group did not recover
   */
  public Optional<ProcessDemoReport> run(Consumer<ProcessDemoReport.Kill> told)
      throws InterruptedException {
    Path folder;
    SharedFolder shared = SharedFolder.named("eplb-demo-" + ProcessHandle.current().pid());
    DemoCluster.Setting setting;
    try {
      folder = Files.createTempDirectory("eplb-demo-");
      Files.createDirectories(shared.path());
      setting = setting(folder, shared);
    } catch (IOException failed) {
      throw new InternalException(
          "the files of the demonstration cannot be written: " + failed.getMessage(), failed);
    }
    ProcessDemo demo = new ProcessDemo(setting, recording, topology, seed, told);
    Interruption interruption = new Interruption(demo::stop);
    boolean keep = true;
    try {
      ProcessDemoReport report = demo.run();
      keep = report.fault().isPresent();
      return Optional.of(report);
    } catch (EndedException interrupted) {
      keep = false;
      return Optional.empty();
    } finally {
      remove(shared.path());
      if (!keep) {
        remove(folder);
      }
      interruption.close();
    }
  }

  private DemoCluster.Setting setting(Path folder, SharedFolder shared) throws IOException {
    ExpertTable first = ExpertTable.initial(layers, topology);
    Path map = folder.resolve("map.json");
    PlacementFormat format = PlacementFormats.named("vllm-ascend");
    try (OutputStream out = Files.newOutputStream(map)) {
      format.write(first, out);
    }
    Path config =
        Files.writeString(
            folder.resolve("config.yaml"),
            """
            dynamic_eplb: true
            expert_heat_collection_interval: %d
            algorithm_execution_interval: 1000000
            eplb_policy: %s
            """
                .formatted(interval, policy),
            StandardCharsets.UTF_8);
    return new DemoCluster.Setting(
        folder, shared, map, first, config, trace, expertBytes, stepMillis);
  }

  private static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException left) {
      // Temporary files; the system removes them some day.
    }
  }
}
