/* Draws what stands in data-chart of .postgresql-backup-chart, in the colours of the theme, and again whenever that changes. Times are UTC. */
(function () {
  "use strict";

  function colour(name) {
    // The browser works out what a theme writes as a formula, which the chart does not understand.
    const probe = document.createElement("span");
    probe.style.color = "var(" + name + ")";
    document.body.append(probe);
    const canvas = document.createElement("canvas");
    canvas.width = 1;
    canvas.height = 1;
    const context = canvas.getContext("2d");
    context.fillStyle = getComputedStyle(probe).color;
    probe.remove();
    context.fillRect(0, 0, 1, 1);
    const pixel = context.getImageData(0, 0, 1, 1).data;
    return "rgba(" + pixel[0] + "," + pixel[1] + "," + pixel[2] + "," + pixel[3] / 255 + ")";
  }

  function bytes(value) {
    const units = ["B", "kB", "MB", "GB", "TB", "PB"];
    let unit = 0;
    let left = value;
    while (left >= 999.5 && unit < units.length - 1) {
      left /= 1000;
      unit++;
    }
    return (unit === 0 || left >= 99.95 ? left.toFixed(0) : left.toFixed(1)) + " " + units[unit];
  }

  function seconds(value) {
    if (value >= 3600) {
      return Math.floor(value / 3600) + " h " + Math.floor((value % 3600) / 60) + " min";
    }
    return value >= 60 ? Math.floor(value / 60) + " min " + Math.round(value % 60) + " s" : value.toFixed(1) + " s";
  }

  const texts = { bytes: bytes, seconds: seconds, count: (value) => value.toLocaleString("en") };

  function options(model) {
    const text = colour("--text-color");
    const secondary = colour("--text-color-secondary");
    const unit = texts[model.unit];
    return {
      useUTC: true,
      animation: false,
      textStyle: { color: text, fontFamily: getComputedStyle(document.body).fontFamily },
      grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
      legend: { top: 0, left: 0, textStyle: { color: text }, inactiveColor: secondary },
      tooltip: {
        trigger: "axis",
        renderMode: "richText",
        confine: true,
        backgroundColor: colour("--background"),
        borderColor: secondary,
        textStyle: { color: text },
        valueFormatter: unit,
      },
      xAxis: {
        type: "time",
        axisLine: { lineStyle: { color: secondary } },
        axisLabel: { color: secondary, hideOverlap: true },
        splitLine: { show: false },
      },
      yAxis: {
        type: "value",
        minInterval: model.unit === "count" ? 1 : 0,
        axisLabel: { color: secondary, formatter: unit },
        splitLine: { lineStyle: { color: secondary, opacity: 0.2 } },
      },
      series: model.series.map((series) => ({
        name: series.name,
        type: series.type,
        data: series.points,
        stack: model.stacked ? "all" : undefined,
        color: colour(series.colour),
        barMaxWidth: 14,
        barMinWidth: 2,
        showSymbol: series.points.length < 3,
        lineStyle: { width: 2 },
        emphasis: { disabled: true },
      })),
    };
  }

  function draw(element) {
    const chart = echarts.getInstanceByDom(element) || echarts.init(element, null, { renderer: "svg" });
    chart.setOption(options(JSON.parse(element.dataset.chart)), true);
  }

  const drawn = new Set();

  function drawAll() {
    drawn.forEach(draw);
  }

  new MutationObserver(drawAll).observe(document.documentElement, {
    attributes: true,
    attributeFilter: ["data-theme", "class"],
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);

  Behaviour.specify(".postgresql-backup-chart", "postgresql-backup-chart", 0, function (element) {
    if (typeof echarts === "undefined" || drawn.has(element)) {
      return;
    }
    drawn.add(element);
    draw(element);
    new ResizeObserver(() => echarts.getInstanceByDom(element).resize()).observe(element);
  });
})();
