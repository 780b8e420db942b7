package io.eplb.pages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The Java programs of the pages compile: each block is the body of a method, and what it takes
 * from the reader's own program is declared here.
 */
class PageProgramsTest {
  private static final int LEAST_PROGRAMS = 6;

  private static final String READERS_PROGRAM =
      """
      import io.eplb.api.*;
      import io.eplb.core.config.*;
      import io.eplb.core.contract.*;
      import io.eplb.core.elastic.*;
      import io.eplb.core.engine.*;
      import io.eplb.core.file.*;
      import io.eplb.core.isolation.*;
      import io.eplb.core.load.*;
      import io.eplb.core.registry.*;
      import io.eplb.core.runtime.*;
      import io.eplb.core.update.*;
      import java.nio.file.Path;
      import java.util.List;
      import java.util.Map;

      abstract class ReadersProgram {
        static final org.slf4j.Logger LOG = org.slf4j.LoggerFactory.getLogger("reader");
        static final int LAYERS = 4;
        EpTopology topology;
        ExpertTable table;
        ExpertTable initial;
        PlanOutcome outcome;
        double[] loads;
        List<PolicyFolder> folders;
        ExpertWeights weights;
        LoadSource source;
        LoadCounters counters;
        EplbRuntime runtime;
        int rank;
        long step;

        abstract double[] measured();
        abstract void load(Reload reload);
        abstract void serve(int rank, ExpertTable table, LoadCounters counters);
        abstract void serveFrom(int rank, long step);
      """;

  @TempDir private Path folder;

  @Test
  void everyProgramOfThePagesCompiles() throws IOException {
    StringBuilder program = new StringBuilder(READERS_PROGRAM);
    int programs = 0;
    for (String page : Tree.pages()) {
      for (String block : Page.read(page, Tree.ROOT.resolve(page)).programs()) {
        program.append("void program%d() throws Exception {\n".formatted(programs++));
        program.append(block.replace("…", "")).append("\n}\n");
      }
    }
    assertEquals(List.of(), errors(program.append("}\n").toString()));
    assertTrue(programs >= LEAST_PROGRAMS, programs + " programs");
  }

  private List<String> errors(String program) {
    JavaFileObject source =
        new SimpleJavaFileObject(
            URI.create("string:///ReadersProgram.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return program;
          }
        };
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<String> options =
        List.of(
            "-proc:none", "-d", folder.toString(), "-cp", System.getProperty("java.class.path"));
    ToolProvider.getSystemJavaCompiler()
        .getTask(null, null, diagnostics, options, null, List.of(source))
        .call();
    List<String> lines = program.lines().toList();
    List<String> errors = new ArrayList<>();
    for (Diagnostic<?> found : diagnostics.getDiagnostics()) {
      if (found.getKind() == Diagnostic.Kind.ERROR) {
        errors.add(
            lines.get((int) found.getLineNumber() - 1) + ": " + found.getMessage(Locale.ROOT));
      }
    }
    return errors;
  }
}
