package io.eplb.core.isolation;

import io.eplb.api.EplbPolicy;
import io.eplb.api.PolicyException;
import io.eplb.core.argument.Require;
import io.eplb.core.foreign.ForeignFailure;
import io.eplb.core.parallel.LayerWorkers;
import io.eplb.core.registry.PolicyClass;
import io.eplb.core.registry.PolicyHome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A home for policies in processes of their own: every instance gets a Java virtual machine with
 * its own heap, started from the same Java and with the same class path and module path as this
 * one. Immutable.
 *
 * <p>Example:
 *
 * <pre>{@code
 * try (PolicyRegistry registry =
 *     PolicyRegistry.open(folders, ProcessIsolation.defaults())) {
 *   ...
 * }
 * }</pre>
 */
public final class ProcessIsolation implements PolicyHome {
  /** The smallest heap of a process in MiB. */
  public static final int MIN_HEAP_MEGABYTES = 16;

  /** The greatest heap of a process in MiB. */
  public static final int MAX_HEAP_MEGABYTES = 1 << 20;

  /** The beginnings of the names of properties that the virtual machine sets by itself. */
  private static final Set<String> OF_THE_MACHINE =
      Set.of("java.", "jdk.", "sun.", "os.", "user.", "file.", "path.", "line.", "native.");

  private final int heapMegabytes;
  private final int processors;

  private ProcessIsolation(int heapMegabytes, int processors) {
    Require.inRange("the heap", heapMegabytes, MIN_HEAP_MEGABYTES, MAX_HEAP_MEGABYTES);
    Require.inRange("processors", processors, 1, LayerWorkers.MAX_PROCESSORS);
    this.heapMegabytes = heapMegabytes;
    this.processors = processors;
  }

  /** Returns processes with the greatest heap of this process and with all processors. */
  public static ProcessIsolation defaults() {
    Runtime runtime = Runtime.getRuntime();
    long heap = Math.max(MIN_HEAP_MEGABYTES, runtime.maxMemory() >> 20);
    return new ProcessIsolation(
        (int) Math.min(MAX_HEAP_MEGABYTES, heap),
        Math.min(runtime.availableProcessors(), LayerWorkers.MAX_PROCESSORS));
  }

  /**
   * Returns processes with another heap.
   *
   * @throws io.eplb.api.InvalidInputException if it is out of range
   */
  public ProcessIsolation withHeapMegabytes(int megabytes) {
    return new ProcessIsolation(megabytes, processors);
  }

  /**
   * Returns processes with another number of threads that run layers, 1 to {@value
   * LayerWorkers#MAX_PROCESSORS}.
   *
   * @throws io.eplb.api.InvalidInputException if it is out of range
   */
  public ProcessIsolation withProcessors(int number) {
    return new ProcessIsolation(heapMegabytes, number);
  }

  @Override
  public EplbPolicy newInstance(PolicyClass policy) {
    try {
      return new ProcessPolicy(this, new PolicyCodec.Load(policy, processors, properties()));
    } catch (ForeignFailure failed) {
      throw new PolicyException(failed.reason(), failed);
    }
  }

  /** Returns the properties that were given to this process, such as those that set up logging. */
  private static Map<String, String> properties() {
    Map<String, String> given = new TreeMap<>();
    for (String name : System.getProperties().stringPropertyNames()) {
      if (OF_THE_MACHINE.stream().noneMatch(name::startsWith)) {
        given.put(name, System.getProperty(name));
      }
    }
    return given;
  }

  /** Returns the command that starts a process. */
  List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heapMegabytes + "m");
    command.add("-XX:+UseSerialGC");
    // Standard output carries answers, and nothing of the machine itself.
    command.add("-XX:+DisplayVMOutputToStderr");
    command.add("-XX:+SuppressFatalErrorMessage");
    command.add("-Djava.security.manager=disallow");
    addIfGiven(command, "--module-path", System.getProperty("jdk.module.path"));
    addIfGiven(command, "--class-path", System.getProperty("java.class.path"));
    Module module = PolicyProcess.class.getModule();
    if (module.isNamed()) {
      command.addAll(List.of("--add-modules", "ALL-MODULE-PATH", "--module"));
      command.add(module.getName() + "/" + PolicyProcess.class.getName());
    } else {
      command.add(PolicyProcess.class.getName());
    }
    return command;
  }

  private static void addIfGiven(List<String> command, String option, @Nullable String path) {
    if (path != null && !path.isEmpty()) {
      command.add(option);
      command.add(path);
    }
  }
}
