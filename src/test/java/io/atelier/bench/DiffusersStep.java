package io.atelier.bench;

import io.atelier.nn.Precision;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The Python process that runs the same step in diffusers. */
final class DiffusersStep implements AutoCloseable {
  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter requests;

  DiffusersStep(String python, Path folder, Precision precision, int threads) throws IOException {
    process =
        new ProcessBuilder(
                python,
                "jobs/bench/denoise_diffusers.py",
                folder.toString(),
                precision.toString(),
                Integer.toString(threads))
            .redirectError(Redirect.INHERIT)
            .start();
    answers =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    requests = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    expect("ready");
  }

  /** Runs one step; its milliseconds. */
  double step() throws IOException {
    requests.println("step");
    String answer = answers.readLine();
    if (answer == null) {
      throw new IOException("the Python process ended; see its messages above");
    }
    return Double.parseDouble(answer);
  }

  /** Makes it write the velocity of its last step to {@code reference.safetensors}. */
  void writeVelocity() throws IOException {
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
