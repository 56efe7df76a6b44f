package io.atelier.bench;

import io.atelier.sample.World;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/** Prints how many scenes a core draws in a second, at each of the sizes given. */
public final class SceneBench {
  private static final double WARM_UP_SECONDS = 4;
  private static final double SECONDS = 8;

  private SceneBench() {}

  /** Sizes in pixels; 64, 96, 128 and 512 if there are none. */
  public static void main(String[] args) {
    String[] sides = args.length == 0 ? new String[] {"64", "96", "128", "512"} : args;
    for (String side : sides) {
      rate(Integer.parseInt(side), WARM_UP_SECONDS);
      System.out.printf("%s pixels: %.0f scenes/s%n", side, rate(Integer.parseInt(side), SECONDS));
    }
  }

  /** Scenes for each second of the thread's own time, so that a busy machine does not count. */
  private static double rate(int side, double seconds) {
    ThreadMXBean clock = ManagementFactory.getThreadMXBean();
    World world = new World(1, World.Split.TRAIN);
    long start = clock.getCurrentThreadCpuTime();
    int scenes = 0;
    double spent = 0;
    while (spent < seconds) {
      world.scene(scenes++).rgb(side);
      spent = (clock.getCurrentThreadCpuTime() - start) / 1e9;
    }
    return scenes / spent;
  }
}
