-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)
--
-- Host: localhost    Database: shop
-- ------------------------------------------------------
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET TIME_ZONE='+00:00' */;

DROP TABLE IF EXISTS `customers`;
CREATE TABLE `customers` (
  `名前` varchar(255) DEFAULT NULL COMMENT 'it\'s, 名前',
  `年令` varchar(255) DEFAULT NULL COMMENT 'it\'s, 年令',
  `性別` varchar(255) DEFAULT NULL COMMENT 'it\'s, 性別',
  `住所` varchar(255) DEFAULT NULL COMMENT 'it\'s, 住所',
  `建物名` varchar(255) DEFAULT NULL COMMENT 'it\'s, 建物名',
  `電話` varchar(255) DEFAULT NULL COMMENT 'it\'s, 電話',
  `生年月日` varchar(255) DEFAULT NULL COMMENT 'it\'s, 生年月日',
  `郵便` varchar(255) DEFAULT NULL COMMENT 'it\'s, 郵便',
  `会員ID` varchar(255) DEFAULT NULL COMMENT 'it\'s, 会員ID',
  KEY `会員` (`会員ID`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Dump completed
