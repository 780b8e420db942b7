package io.eplb.cli.arguments;

import java.util.Iterator;
import java.util.List;

/**
 * The endings of the files that an argument takes, such as {@code .json}, for shell completion.
 * Shells offer files with other endings where none has one of these; an empty list stands for all
 * files.
 */
public abstract class FileNames implements Iterable<String> {
  private final List<String> endings;

  private FileNames(String... endings) {
    this.endings = List.of(endings);
  }

  @Override
  public Iterator<String> iterator() {
    return endings.iterator();
  }

  /** Files of any name. */
  public static final class Any extends FileNames {
    Any() {}
  }

  /** Recordings of load. */
  public static final class Loads extends FileNames {
    Loads() {
      super(".npy", ".npz", ".pt", ".json", ".jsonl", ".csv");
    }
  }

  /** Recordings of load per slot. */
  public static final class Workloads extends FileNames {
    Workloads() {
      super(".npy", ".json");
    }
  }

  /** Placements, as engines and this program write them. */
  public static final class Maps extends FileNames {
    Maps() {
      super(".json", ".yaml", ".yml", ".npy", ".pt");
    }
  }

  /** Settings of this program. */
  public static final class Settings extends FileNames {
    Settings() {
      super(".yaml", ".yml", ".json");
    }
  }

  /** Reports for a browser. */
  public static final class Pages extends FileNames {
    Pages() {
      super(".html");
    }
  }

  /** Jars of policies. */
  public static final class Jars extends FileNames {
    Jars() {
      super(".jar");
    }
  }

  /** Certificates and keys. */
  public static final class Pem extends FileNames {
    Pem() {
      super(".pem", ".crt", ".key");
    }
  }

  /** Folders and no files. */
  public static final class Folders extends FileNames {
    Folders() {
      super("/");
    }
  }
}
