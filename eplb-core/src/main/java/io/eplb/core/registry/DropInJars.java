package io.eplb.core.registry;

import io.eplb.api.wording.OneLine;
import io.eplb.core.foreign.FailureReason;
import java.io.IOException;
import java.net.MalformedURLException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The class loaders of the jars of policy folders, one for each jar. */
final class DropInJars implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DropInJars.class);

  private final PolicyScan scan;
  private final Set<Path> visited = new HashSet<>();
  private final List<PolicyJarLoader> loaders = new ArrayList<>();

  /**
   * Starts with no jar.
   *
   * @param scan receives policies and failures; jars that it has met on the class path are skipped
   */
  DropInJars(PolicyScan scan) {
    this.scan = scan;
    for (PolicyCandidate candidate : scan.candidates()) {
      Path real = realPath(candidate.location());
      if (real != null) {
        visited.add(real);
      }
    }
  }

  /** Searches a jar for policies, unless the file was met before, perhaps under another name. */
  void add(Path jar) {
    Path real = realPath(jar.toString());
    if (real != null && !visited.add(real)) {
      return;
    }
    String fault = JarInspection.fault(jar);
    if (fault == null) {
      load(jar);
    } else {
      scan.failed(jar.toString(), fault);
    }
  }

  private void load(Path jar) {
    PolicyJarLoader loader;
    try {
      loader = new PolicyJarLoader(jar);
    } catch (MalformedURLException malformed) {
      scan.failed(jar.toString(), "its path has no URL: " + FailureReason.of(malformed));
      return;
    }
    loaders.add(loader);
    String location = jar.toString();
    int found = scan.run(PolicySource.of(jar, loader));
    if (found == 0) {
      if (!scan.hasFailed(location)) {
        // A service loader skips classes of named modules, such as the JDK's, silently.
        String named =
            ServiceFile.firstName(loader)
                .map(
                    name ->
                        "names "
                            + OneLine.brief(name)
                            + ", which is no policy and no class of this jar")
                .orElse("names no class");
        scan.failed(location, "there is no policy inside: its service file " + named);
      }
      close(loader);
    }
  }

  private static @Nullable Path realPath(String location) {
    try {
      return Path.of(location).toRealPath();
    } catch (IOException | InvalidPathException notAFile) {
      return null;
    }
  }

  @Override
  public void close() {
    loaders.forEach(DropInJars::close);
    loaders.clear();
  }

  private static void close(PolicyJarLoader loader) {
    try {
      loader.close();
    } catch (IOException kept) {
      LOG.warn("a policy jar may stay open: {}", FailureReason.of(kept));
    }
  }
}
