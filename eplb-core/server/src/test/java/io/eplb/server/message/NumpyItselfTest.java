package io.eplb.server.message;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.eplb.server.planning.PlanAsk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Python's NumPy writes questions and reads answers. Skipped where it is not installed. */
class NumpyItselfTest {
  private static final String PYTHON = "/usr/bin/python3";

  @TempDir private Path folder;

  @BeforeAll
  static void numpyIsInstalled() throws Exception {
    assumeTrue(
        Files.isExecutable(Path.of(PYTHON)) && run("import numpy", Path.of(".")).isEmpty(),
        "no NumPy at " + PYTHON);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "numpy.savez(name, load=load, current=current)",
        "numpy.savez_compressed(name, load=load, current=current)",
        // To a pipe, sizes follow the data.
        "numpy.savez(Pipe(name), load=load, current=current)",
        "numpy.savez_compressed(Pipe(name), load=load, current=current)"
      })
  void whatNumpySavesIsRead(String save) throws Exception {
    List<String> types = List.of("<i8", "<i4", ">i8", ">u2", "<f8", ">f4", "<f2", "|u1");
    assertEquals(
        "",
        run(
            """
            import numpy
            class Pipe:
              def __init__(self, name): self.file = open(name, 'wb', buffering=0)
              def read(self): raise IOError()
              def write(self, data): return self.file.write(data)
              def flush(self): pass
            for number, dtype in enumerate('%s'.split()):
              name = str(number) + '.npz'
              load = numpy.arange(6).reshape(1, 2, 3).astype(dtype)
              current = numpy.array([[0, 1, 2, -1], [2, 1, 0, 0]])
              %s
            """
                .formatted(String.join(" ", types), save),
            folder));
    for (int number = 0; number < types.size(); number++) {
      byte[] body = Files.readAllBytes(folder.resolve(number + ".npz"));
      PlanAsk ask = PlanMessage.read("g", Map.of(), null, body).ask();
      assertEquals("1 × 2 × 3", ask.tokens().shape());
      assertArrayEquals(new double[] {0, 1, 2, 3, 4, 5}, ask.tokens().values());
      assertArrayEquals(
          new int[] {0, 1, 2, -1, 2, 1, 0, 0}, ask.current().orElseThrow().toIntegers());
    }
  }

  @Test
  void numpyReadsAnAnswerWithATable() throws Exception {
    Files.write(folder.resolve("a.npz"), AnswerFormat.NPZ.write(Answers.CHANGED));
    assertEquals(
        """
        physical_to_logical int64 [[0, 1, 0, -1], [1, 0, 0, 1]]
        logical_to_physical int64 [[[0, 2], [1, -1]], [[1, 2], [0, 3]]]
        logical_count int64 [[2, 1], [2, 2]]
        changed bool True
        layer_priority int64 [1, 0]
        moved int64 3
        par_before float64 1.5
        par_after float64 1.0
        rejected <U39 ['layer 1: P4: layer 1 holds "a" twice, 😀']
        reason <U1 ''
        unanimous bool True
        missing int64 []
        different int64 []
        inputs <U8 '0123abcd'
        digest <U64 '%s'
        """
            .formatted(Answers.CHANGED.digest()),
        shown());
  }

  @Test
  void numpyReadsAnAnswerWithoutATable() throws Exception {
    Files.write(folder.resolve("a.npz"), AnswerFormat.NPZ.write(Answers.UNCHANGED));
    assertEquals(
        """
        changed bool False
        layer_priority int64 []
        moved int64 0
        par_before float64 nan
        par_after float64 nan
        rejected <U1 []
        reason <U26 'rank 3 did not ask in time'
        unanimous bool False
        missing int64 [3]
        different int64 [1, 2]
        inputs <U1 ''
        digest <U1 ''
        """,
        shown());
  }

  private String shown() throws Exception {
    return run(
        """
        import numpy, sys
        sys.stdout.reconfigure(encoding='utf-8')
        with numpy.load('a.npz', allow_pickle=False) as answer:
          for name in answer.files:
            print(name, answer[name].dtype, repr(answer[name].tolist()))
        """,
        folder);
  }

  private static String run(String program, Path folder) throws IOException, InterruptedException {
    Process python =
        new ProcessBuilder(PYTHON, "-c", program)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    python.getOutputStream().close();
    String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    python.waitFor();
    return output;
  }
}
