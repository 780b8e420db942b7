package io.eplb.pages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The tree that this test was built in. */
final class Tree {
  static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  /** Folders whose pages are for people, without those below them. */
  private static final List<String> FOLDERS =
      List.of(
          "",
          ".github",
          "eplb-core/docs",
          "eplb-core/examples",
          "eplb-core/python",
          "eplb-policies-default/docs",
          "eplb-policy-template");

  private Tree() {}

  /** Returns the pages for people, relative to the root, in order. */
  static List<String> pages() throws IOException {
    List<Path> pages = new ArrayList<>();
    for (String folder : FOLDERS) {
      try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
        files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
      }
    }
    return pages.stream().map(ROOT::relativize).map(Path::toString).sorted().toList();
  }
}
