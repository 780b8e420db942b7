package io.eplb.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that the files, headings, packages and classes that pages name exist. */
class PageLinksTest {
  private static final int LEAST_LINKS = 40;

  private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]*)(?:#([^)]*))?\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern JAVA_NAME = Pattern.compile("`(io\\.eplb(?:\\.\\w+)+)`");
  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```$");

  @Test
  void everyLinkLeadsToAFileAndAHeadingOfIt() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (String name : Tree.pages()) {
      Path page = Tree.ROOT.resolve(name);
      for (MatchResult link : found(LINK, text(page))) {
        Path target =
            link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
        boolean leads =
            Files.exists(target)
                && (link.group(2) == null || headings(target).contains(link.group(2)));
        if (!leads) {
          broken.add(name + ": " + link.group());
        }
        links++;
      }
    }
    assertEquals(List.of(), broken);
    assertTrue(links >= LEAST_LINKS, links + " links");
  }

  @Test
  void everyPackageAndClassThatAPageNamesExists() throws IOException {
    Set<String> names = javaNames();
    List<String> unknown = new ArrayList<>();
    for (String page : Tree.pages()) {
      for (MatchResult name : found(JAVA_NAME, text(Tree.ROOT.resolve(page)))) {
        if (!names.contains(name.group(1))) {
          unknown.add(page + ": " + name.group(1));
        }
      }
    }
    assertEquals(List.of(), unknown);
  }

  @Test
  void everyPageOfTheDocumentationIsLinkedFromTheReadme() throws IOException {
    Set<String> linked =
        found(LINK, text(Tree.ROOT.resolve("README.md"))).stream()
            .map(link -> Path.of(link.group(1)).normalize().toString())
            .collect(Collectors.toSet());
    List<String> missing =
        Tree.pages().stream()
            .filter(page -> page.startsWith("eplb-core/docs/") && !linked.contains(page))
            .toList();
    assertEquals(List.of(), missing);
  }

  private static String text(Path page) throws IOException {
    return FENCED.matcher(Files.readString(page)).replaceAll("");
  }

  private static List<MatchResult> found(Pattern pattern, String text) {
    return pattern.matcher(text).results().toList();
  }

  /** Returns the anchors of a page, as GitHub makes them of its headings. */
  private static Set<String> headings(Path page) throws IOException {
    return found(HEADING, text(page)).stream()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static Set<String> javaNames() throws IOException {
    Set<String> names = new TreeSet<>();
    for (String module :
        List.of(
            "eplb-api",
            "eplb-core",
            "eplb-core/cli",
            "eplb-core/server",
            "eplb-core/zookeeper",
            "eplb-policies-default")) {
      for (String sources : List.of("src/main/java", "src/test/java")) {
        Path folder = Tree.ROOT.resolve(module).resolve(sources);
        if (Files.isDirectory(folder)) {
          try (Stream<Path> files = Files.walk(folder)) {
            files
                .map(file -> folder.relativize(file).toString())
                .map(name -> name.replace(".java", "").replace('/', '.'))
                .forEach(names::add);
          }
        }
      }
    }
    return names;
  }
}
