package io.eplb.cli.processes;

import io.eplb.api.EpTopology;
import io.eplb.api.EplbException;
import io.eplb.api.ExpertTable;
import io.eplb.api.InternalException;
import io.eplb.api.InvalidInputException;
import io.eplb.cli.reports.ProcessDemoReport;
import io.eplb.cli.shell.Interruption;
import io.eplb.core.format.FileFailure;
import io.eplb.core.format.placement.PlacementFormats;
import io.eplb.server.cluster.EndedException;
import io.eplb.server.cluster.Patience;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A demonstration with processes, from its files to their end.
 *
 * @param subject the subject
 * @param options the options of the programs
 */
public record ProcessDemoRun(ProcessDemoReport.Setting subject, ProgramOptions options) {
  /** The bytes for each slot of the table in a rank's gate, which holds two tables. */
  private static final long GATE_BYTES = 16;

  /**
   * Runs the demonstration; its files are removed if all is right.
   *
   * @param told receives each kill when the group has recovered from it
   * @param waiting receives what is waited for
   * @return the report; empty if Ctrl-C ended it
   * @throws InvalidInputException if the files have no room, or a program refuses its options
   * @throws InternalException if the group did not recover
   */
  @SuppressWarnings("try") // The interruption is held, not used.
  public Optional<ProcessDemoReport> run(
      Consumer<ProcessDemoReport.Kill> told, Consumer<String> waiting) throws InterruptedException {
    Patience patience = new Patience();
    // The process may end when its files are gone.
    try (Interruption interruption = new Interruption(patience::end);
        DemoFolders folders = DemoFolders.create(bytes())) {
      ProcessDemo demo = new ProcessDemo(setting(folders), subject, told, waiting, patience);
      try {
        ProcessDemoReport report = demo.run();
        if (report.fault().isPresent()) {
          folders.keep();
        }
        return Optional.of(report);
      } catch (EplbException failed) {
        folders.keep();
        throw failed;
      }
    } catch (EndedException interrupted) {
      return Optional.empty();
    }
  }

  /** Returns the bytes that engines and agents share. */
  private long bytes() {
    EpTopology topology = subject.topology();
    long slots = (long) subject.layers() * topology.physicalExperts();
    return (slots + topology.physicalExperts()) * subject.expertBytes()
        + topology.ranks() * slots * GATE_BYTES;
  }

  private DemoCluster.Setting setting(DemoFolders folders) {
    ExpertTable first = ExpertTable.initial(subject.layers(), subject.topology());
    Path map = folders.files().resolve("map.json");
    Path config = folders.files().resolve("config.yaml");
    try (OutputStream out = Files.newOutputStream(map)) {
      PlacementFormats.named("vllm-ascend").write(first, out);
      Files.writeString(
          config,
          """
          dynamic_eplb: true
          expert_heat_collection_interval: %d
          algorithm_execution_interval: 1000000
          """
              .formatted(subject.interval()));
    } catch (IOException failed) {
      throw new InvalidInputException(
          "%s: the files of the demonstration cannot be written: %s"
              .formatted(folders.files(), FileFailure.reason(failed)),
          failed);
    }
    return new DemoCluster.Setting(
        folders.files(), folders.shared(), map, first, config, subject.expertBytes(), options);
  }
}
