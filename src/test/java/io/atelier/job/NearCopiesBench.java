package io.atelier.job;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.udf;

import com.sun.management.OperatingSystemMXBean;
import io.atelier.testing.TestSession;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;

/**
 * How long near-duplicates of one large set take on two cores: {@code
 * jobs/bench/near_duplicates.sh}. A tenth of the hashes repeat another one in 0 to 8 bits, the rest
 * is random; a sample is held against comparing each with each. Another set is as large as the
 * smallest, but all of its hashes share their upper bits, as those of white pages do. Processor
 * time is that of the whole process, and says more than seconds on a machine that does other work.
 */
public final class NearCopiesBench {
  private static final int MAX_BITS = 4;
  private static final int COPY_EVERY = 10;
  private static final int MOST_FLIPS = 8;
  private static final int SAMPLE = 20_000;
  private static final int SHARED = 22;

  private final String folder;

  private NearCopiesBench(String folder) {
    this.folder = folder;
  }

  /** Arguments: a folder to work in, then the numbers of hashes. */
  public static void main(String[] args) {
    NearCopiesBench bench = new NearCopiesBench(args[0]);
    bench.find(SAMPLE);
    System.out.println("sample of " + SAMPLE + ": pairs missed " + bench.missed());
    int[] sizes = Arrays.stream(args).skip(1).mapToInt(Integer::parseInt).toArray();
    for (int size : sizes) {
      bench.find(size);
    }
    System.out.print("with equal upper bits, ");
    bench.find(sizes[0], bench.photos(sizes[0], id -> hash(id) >>> SHARED));
    TestSession.get().stop();
  }

  /** All of it, from the table of photos to those that are left out. */
  private void find(int size) {
    find(size, photos(size, NearCopiesBench::hash));
  }

  private void find(int size, Dataset<Row> photos) {
    long start = System.nanoTime();
    double processor = processorSeconds();
    long out = NearCopies.find(NearCopies.candidates(photos), MAX_BITS).count();
    processor = processorSeconds() - processor;
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%d hashes: %.0f s, %.0f s of processor time; %d pairs within %d bits, %d kept%n",
        size,
        seconds,
        processor,
        HashPairs.within(hashes(photos), MAX_BITS).count(),
        MAX_BITS,
        size - out);
  }

  private static double processorSeconds() {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return system.getProcessCpuTime() / 1e9;
  }

  private Dataset<Row> hashes(Dataset<Row> photos) {
    return NearCopies.candidates(photos)
        .select("group", "hash")
        .distinct()
        .withColumn("is_new", lit(true));
  }

  /** How many pairs of the sample the join does not have. */
  private long missed() {
    Set<String> found = new HashSet<>();
    for (Row pair :
        HashPairs.within(hashes(photos(SAMPLE, NearCopiesBench::hash)), MAX_BITS).collectAsList()) {
      found.add(pair.getLong(1) + " " + pair.getLong(2));
    }
    long[] hashes = new long[SAMPLE];
    Arrays.setAll(hashes, NearCopiesBench::hash);
    hashes = Arrays.stream(hashes).distinct().toArray();
    long missed = 0;
    for (long left : hashes) {
      for (long right : hashes) {
        boolean near = left < right && Long.bitCount(left ^ right) <= MAX_BITS;
        missed += near && !found.remove(left + " " + right) ? 1 : 0;
      }
    }
    if (!found.isEmpty()) {
      throw new IllegalStateException(found.size() + " pairs are none");
    }
    return missed;
  }

  private Dataset<Row> photos(int size, UDF1<Long, Long> hash) {
    String path = folder + "/" + size;
    UDF1<Long, String> hex = id -> "%016x".formatted(hash.call(id));
    TestSession.get()
        .range(size)
        .select(
            col("id").cast("string").as("input_id"),
            lit("set").as("subject_id"),
            udf(hex, DataTypes.StringType).apply(col("id")).as("phash"),
            lit(7.0).as("gray_entropy"),
            col("id").mod(1000).cast("double").as("pixels"),
            col("id").mod(77).cast("double").as("sharpness"),
            col("id").as("bytes"),
            lit(true).as("_new"))
        .write()
        .mode(SaveMode.Overwrite)
        .parquet(path);
    return TestSession.get().read().parquet(path);
  }

  private static long hash(long id) {
    SplittableRandom random = new SplittableRandom(id);
    if (id % COPY_EVERY != 1) {
      return random.nextLong();
    }
    long copied = hash(id - 1 - (id / COPY_EVERY % 2 == 0 ? 0 : COPY_EVERY));
    for (int flips = random.nextInt(MOST_FLIPS + 1); flips > 0; flips--) {
      copied ^= 1L << random.nextInt(Long.SIZE);
    }
    return copied;
  }
}
