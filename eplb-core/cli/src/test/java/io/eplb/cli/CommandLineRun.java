package io.eplb.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/**
 * One run of the command line in this process, and what came of it.
 *
 * @param code the exit code
 * @param out the standard output
 * @param err the standard error
 */
public record CommandLineRun(int code, String out, String err) {
  public static CommandLineRun of(Object... arguments) {
    String[] texts = new String[arguments.length];
    for (int index = 0; index < texts.length; index++) {
      texts[index] = arguments[index].toString();
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Eplb.run(texts, new PrintWriter(out, true), new PrintWriter(err, true));
    return new CommandLineRun(code, out.toString(), err.toString());
  }
}
