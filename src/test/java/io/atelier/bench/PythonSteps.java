package io.atelier.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A Python process that does a step for each line it is sent, as the scripts in jobs do. */
final class PythonSteps implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter requests;

  /** Starts {@code command} and waits until it is ready. */
  PythonSteps(String... command) throws IOException {
    process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    requests = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    expect("ready");
  }

  /** Runs one step; its milliseconds, and after them what else the script measures. */
  double[] step() throws IOException {
    requests.println("step");
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the Python process ended; see its messages above");
    }
    return Arrays.stream(answer.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  /** Makes it write the results of its last step. */
  void write() throws IOException {
    requests.println("quit");
    expect("written");
  }

  @Override
  public void close() {
    requests.close();
    process.destroy();
  }

  private void expect(String word) throws IOException {
    String answer = answers.readLine();
    if (!word.equals(answer)) {
      throw new IOException("the Python process said " + answer + " instead of " + word);
    }
  }
}
