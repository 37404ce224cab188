package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/luraproject/lura/v2/config"
	"github.com/luraproject/lura/v2/logging"
)

// Components that listen on a port besides the service's. They bind it as
// KrakenD's own do, and go on without it where these go on. To every connection
// they answer with the number of the process.
type components struct {
	Metrics *struct {
		EndpointDisabled bool   `json:"endpoint_disabled"`
		ListenAddress    string `json:"listen_address"`
	} `json:"telemetry/metrics"`
	OpenTelemetry struct {
		Exporters struct {
			Prometheus []struct {
				Port     int    `json:"port"`
				ListenIP string `json:"listen_ip"`
			} `json:"prometheus"`
		} `json:"exporters"`
	} `json:"telemetry/opentelemetry"`
	Revoker *struct {
		Port int `json:"port"`
	} `json:"auth/revoker"`
	// What a plugin may open: a network of Go's, and an address in it.
	Plugins []struct {
		Network string `json:"network"`
		Address string `json:"address"`
	} `json:"test/listeners"`
}

func openListeners(ctx context.Context, cfg config.ServiceConfig, logger logging.Logger) {
	var c components
	text, err := json.Marshal(cfg.ExtraConfig)
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	if err != nil {
		logger.Error("[TEST]", err.Error())
	}
	if c.Metrics != nil && !c.Metrics.EndpointDisabled {
		address := c.Metrics.ListenAddress
		if address == "" {
			address = ":8090"
		}
		go serveHTTP(ctx, address, func(err error) { logger.Error("[SERVICE: Stats]", err.Error()) })
	}
	// Those with `disable_metrics` listen, too.
	for _, exporter := range c.OpenTelemetry.Exporters.Prometheus {
		port := exporter.Port
		if port == 0 {
			port = 9090
		}
		go serveHTTP(ctx, fmt.Sprintf("%s:%d", exporter.ListenIP, port), func(err error) {
			log.Printf("[SERVICE: kotel] The Prometheus exporter failed to listen and serve: %v", err)
		})
	}
	if c.Revoker != nil {
		// krakend/bloomfilter drops the error.
		go serveRaw(ctx, "tcp", fmt.Sprintf(":%d", c.Revoker.Port))
	}
	for _, plugin := range c.Plugins {
		if err := serveRaw(ctx, plugin.Network, plugin.Address); err != nil {
			logger.Error("[PLUGIN: test]", err.Error())
		}
	}
}

func serveHTTP(ctx context.Context, address string, onError func(error)) {
	server := http.Server{
		Addr: address,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprintln(w, os.Getpid())
		}),
		ReadHeaderTimeout: 3 * time.Second,
	}
	context.AfterFunc(ctx, func() { server.Shutdown(context.Background()) })
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		onError(err)
	}
}

func serveRaw(ctx context.Context, network, address string) error {
	if network == "udp" {
		packets, err := net.ListenPacket(network, address)
		if err == nil {
			context.AfterFunc(ctx, func() { packets.Close() })
		}
		return err
	}
	listener, err := net.Listen(network, address)
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			fmt.Fprintln(connection, os.Getpid())
			connection.Close()
		}
	}()
	return nil
}

// upgrades sends back what it gets. As a gateway for WebSockets does, this one
// waits for the end of such connections: http.Server.Shutdown does not.
type upgrades struct{ sync.WaitGroup }

func (u *upgrades) handle(c *gin.Context) {
	connection, buffered, err := c.Writer.Hijack()
	if err != nil {
		return
	}
	u.Go(func() {
		defer connection.Close()
		io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		io.Copy(connection, buffered)
	})
}
