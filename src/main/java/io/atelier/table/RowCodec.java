package io.atelier.table;

import io.atelier.error.AtelierException;
import io.atelier.error.ErrorCode;
import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Turns records of one class into Spark rows and back. The schema follows the record: component
 * {@code assetId} is column {@code asset_id}, in the order of the components. Components are
 * strings, ints, longs, floats, doubles, booleans, instants (microseconds), lists of strings, of
 * numbers or of records annotated in the same way, and maps from string to long. Usable on
 * executors.
 */
final class RowCodec<R extends Record> implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Class<R> type;
  private final transient RecordComponent[] components;
  private final transient Constructor<R> constructor;
  private final transient StructType schema;

  RowCodec(Class<R> type) {
    this.type = type;
    this.components = type.getRecordComponents();
    this.constructor = constructor(type);
    this.schema = schemaOf(type, false);
  }

  private Object readResolve() {
    return new RowCodec<>(type);
  }

  StructType schema() {
    return schema;
  }

  Row toRow(R row) {
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = toSpark(get(components[i], row));
      if (values[i] == null && !schema.apply(i).nullable()) {
        throw new AtelierException(
            ErrorCode.INTERNAL,
            "A "
                + type.getSimpleName()
                + " has no "
                + schema.apply(i).name()
                + ", which is never null.");
      }
    }
    return RowFactory.create(values);
  }

  /** The record of a row whose columns have the schema's order. */
  R fromRow(Row row) {
    Object[] values = new Object[components.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = toJava(row.get(i), components[i].getGenericType());
    }
    return create(constructor, values);
  }

  static String columnName(String component) {
    return component.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
  }

  private static StructType schemaOf(Class<?> type, boolean nested) {
    List<StructField> fields = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      Column column = component.getAnnotation(Column.class);
      if (column == null) {
        throw new IllegalStateException(
            type.getName() + "." + component.getName() + " has no @Column");
      }
      if (column.nullable() && component.getType().isPrimitive()) {
        throw new IllegalStateException(
            type.getName() + "." + component.getName() + " cannot be null");
      }
      // Delta refuses NOT NULL inside arrays: it could not enforce it.
      boolean nullable = nested || column.nullable();
      fields.add(
          DataTypes.createStructField(
                  columnName(component.getName()), sparkType(component.getGenericType()), nullable)
              .withComment(column.value()));
    }
    return DataTypes.createStructType(fields);
  }

  private static DataType sparkType(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      return generic.getRawType() == Map.class
          ? DataTypes.createMapType(sparkType(arguments[0]), sparkType(arguments[1]))
          : DataTypes.createArrayType(sparkType(arguments[0]));
    }
    if (type == String.class) {
      return DataTypes.StringType;
    } else if (type == int.class || type == Integer.class) {
      return DataTypes.IntegerType;
    } else if (type == long.class || type == Long.class) {
      return DataTypes.LongType;
    } else if (type == float.class || type == Float.class) {
      return DataTypes.FloatType;
    } else if (type == double.class || type == Double.class) {
      return DataTypes.DoubleType;
    } else if (type == boolean.class || type == Boolean.class) {
      return DataTypes.BooleanType;
    } else if (type == Instant.class) {
      return DataTypes.TimestampType;
    } else if (type instanceof Class<?> nested && nested.isRecord()) {
      return schemaOf(nested, true);
    }
    throw new IllegalStateException("No column type for " + type);
  }

  private static Object toSpark(Object value) {
    if (value instanceof Instant instant) {
      return Timestamp.from(instant);
    } else if (value instanceof List<?> list) {
      return list.stream().map(RowCodec::toSpark).toArray();
    } else if (value instanceof Record nested) {
      return RowFactory.create(
          Arrays.stream(nested.getClass().getRecordComponents())
              .map(component -> toSpark(get(component, nested)))
              .toArray());
    }
    return value;
  }

  private static Object toJava(Object value, Type type) {
    if (value instanceof Timestamp timestamp) {
      return timestamp.toInstant();
    } else if (value instanceof Row nested) {
      return nested(nested, (Class<?>) type);
    } else if (value != null && type instanceof ParameterizedType generic) {
      return generic.getRawType() == Map.class
          ? Map.copyOf(javaMap(value))
          : javaList(value, generic.getActualTypeArguments()[0]);
    }
    return value;
  }

  private static Object nested(Row row, Class<?> type) {
    RecordComponent[] parts = type.getRecordComponents();
    Object[] values = new Object[parts.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = toJava(row.get(i), parts[i].getGenericType());
    }
    return create(constructor(type), values);
  }

  private static List<Object> javaList(Object value, Type element) {
    // Rows of our own making hold arrays, rows that Spark read hold a Scala sequence.
    List<?> items =
        value instanceof Object[] array
            ? Arrays.asList(array)
            : RowFactory.create(value).getList(0);
    return items.stream().map(item -> toJava(item, element)).toList();
  }

  private static Map<Object, Object> javaMap(Object value) {
    return value instanceof Map<?, ?> map
        ? new HashMap<>(map)
        : RowFactory.create(value).getJavaMap(0);
  }

  private static <T> Constructor<T> constructor(Class<T> type) {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types);
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException(type + " is not a record", e);
    }
  }

  private static Object get(RecordComponent component, Object row) {
    try {
      return component.getAccessor().invoke(row);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(component + " cannot be read", e);
    }
  }

  private static <T> T create(Constructor<T> constructor, Object[] values) {
    try {
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(constructor + " refuses a row of its table", e);
    }
  }
}
