package io.atelier.lora;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.bytedeco.pytorch.Generator;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * All random numbers of one training job. Each draw has its own float32 generator on the CPU,
 * seeded by a hash of the job's key, the step, the sample and the purpose: nothing depends on what
 * was drawn before, so a job can go on at any step and on any machine.
 */
public final class JobRandom {
  private final String jobKey;

  /** The draws of the job of this key. */
  public JobRandom(String jobKey) {
    this.jobKey = jobKey;
  }

  /** The seed of one draw: the first eight bytes of a SHA-256. */
  public long seed(String purpose, long step, long sample) {
    String text = jobKey + '\n' + purpose + '\n' + step + '\n' + sample;
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Standard normal values, float32 on the CPU. */
  public Tensor normal(String purpose, long step, long sample, long... shape) {
    return torch.randn(shape, generator(seed(purpose, step, sample)));
  }

  /** Uniform values in [0, 1), float32 on the CPU. */
  public Tensor uniform(String purpose, long step, long sample, long... shape) {
    return torch.rand(shape, generator(seed(purpose, step, sample)));
  }

  private static GeneratorOptional generator(long seed) {
    Generator generator = torch.make_generator_cpu(seed);
    return new GeneratorOptional(generator);
  }
}
