package io.atelier.testing;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.Encoder;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.util.QueryExecutionListener;

/**
 * What the RAPIDS Accelerator would do with the queries that a session runs while this listens: its
 * {@code ExplainPlan}, which needs its jar on the class path and no GPU. Commands are left out; the
 * queries they write come before them, or run inside Delta.
 */
public final class GpuPlans implements QueryExecutionListener, AutoCloseable {
  private static final Pattern FALLBACK =
      Pattern.compile("!(\\w* ?<[^>]*>).*?cannot run on GPU because (.*)");
  private static final Pattern ON_GPU = Pattern.compile("\\*Exec <(\\w+)> will run on GPU");

  /**
   * What it cannot look into: plans that change while they run, and parts that stand for others.
   */
  private static final List<String> OFF =
      List.of("spark.sql.adaptive.enabled", "spark.sql.exchange.reuse");

  private final SparkSession spark;
  private final Map<String, String> before = new TreeMap<>();
  private final List<QueryExecution> queries = Collections.synchronizedList(new ArrayList<>());

  /** Listens to a session. */
  public GpuPlans(SparkSession spark) {
    this.spark = spark;
    for (String setting : OFF) {
      before.put(setting, spark.conf().get(setting));
      spark.conf().set(setting, "false");
    }
    spark.listenerManager().register(this);
  }

  /** Whether the jar of RAPIDS is there. */
  public static boolean canExplain() {
    try {
      Class.forName("com.nvidia.spark.rapids.ExplainPlan");
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  @Override
  public void onSuccess(String function, QueryExecution query, long nanoseconds) {
    boolean ofDeltasLog = query.logical().toString().contains("sql.delta.");
    if (!(query.logical() instanceof Command) && !ofDeltasLog) {
      queries.add(query);
    }
  }

  @Override
  public void onFailure(String function, QueryExecution query, Exception failure) {}

  /** All explanations, one a query. */
  public List<String> explained() throws ReflectiveOperationException, TimeoutException {
    spark.sparkContext().listenerBus().waitUntilEmpty();
    List<String> explained = new ArrayList<>();
    for (QueryExecution query : List.copyOf(queries)) {
      explained.add(explain(query));
    }
    return explained;
  }

  /**
   * What stays on the CPU, and why: {@code Exec <name>: reason}. That an operator has such an
   * expression is said of the expression alone.
   */
  public static SortedSet<String> fallbacks(List<String> explained) {
    return found(explained, FALLBACK, line -> line.group(1) + ": " + line.group(2)).stream()
        .map(line -> line.replaceAll("#\\d+L?", ""))
        .filter(line -> !line.endsWith("not all expressions can be replaced"))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Operators that run on the GPU, by name. */
  public static SortedSet<String> onGpu(List<String> explained) {
    return found(explained, ON_GPU, line -> line.group(1));
  }

  private static SortedSet<String> found(
      List<String> explained, Pattern pattern, Function<MatchResult, String> text) {
    return explained.stream()
        .flatMap(plan -> pattern.matcher(plan).results())
        .map(text)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** By reflection, because neither class is there in every build. */
  private static String explain(QueryExecution query) throws ReflectiveOperationException {
    Object rows =
        Class.forName("org.apache.spark.sql.classic.Dataset")
            .getConstructor(QueryExecution.class, Encoder.class)
            .newInstance(query, Encoders.STRING());
    for (Method method : Class.forName("com.nvidia.spark.rapids.ExplainPlan").getMethods()) {
      if (method.getName().equals("explainPotentialGpuPlan") && method.getParameterCount() == 2) {
        return (String) method.invoke(null, rows, "ALL");
      }
    }
    throw new NoSuchMethodException("ExplainPlan.explainPotentialGpuPlan");
  }

  @Override
  public void close() {
    spark.listenerManager().unregister(this);
    before.forEach((setting, value) -> spark.conf().set(setting, value));
  }
}
